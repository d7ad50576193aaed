// Finds or makes a Postgres with pgvector and writes what it found to `.runtime/runtime.json`, which the
// platform reads. Routes are tried in order; each one that fails says why.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { say, Unready } from './console.mjs'
import { makeDebianRuntime, recipe, useMadeRuntime, useOlderRuntime } from './debian-runtime.mjs'
import { inspect } from './inspect.mjs'
import { makeNpmRuntime } from './npm-runtime.mjs'
import { addOwnExtensions, extensionsDigest } from './own-extensions.mjs'
import { findSystemPostgres } from './system-postgres.mjs'

const recordFile = (repository) => join(repository, '.runtime/runtime.json')

export const readRecord = (repository) => {
  try {
    return JSON.parse(readFileSync(recordFile(repository), 'utf8'))
  } catch {
    return undefined
  }
}

/** Written beside and renamed, so that a reader never sees half of it. */
const writeRecord = (repository, record) => {
  const file = recordFile(repository)
  writeFileSync(`${file}.new`, `${JSON.stringify({ ...record, repository }, undefined, 2)}\n`)
  renameSync(`${file}.new`, file)
}

export const isPostgresReady = (repository) => {
  const record = readRecord(repository)
  if (record?.repository !== repository || !existsSync(join(record.binDir, 'postgres'))) return false
  const wanted = process.env.PG_BIN_DIR
  if (wanted) return record.binDir === wanted
  if (record.extensions !== extensionsDigest(repository, record)) return false
  return record.route !== 'PG_BIN_DIR' && (record.recipe === undefined || record.recipe === recipe)
}

const fromVariable = () => {
  const binDir = process.env.PG_BIN_DIR
  if (!binDir) return undefined
  try {
    const found = inspect(binDir)
    if (found.vector) return { route: 'PG_BIN_DIR', ...found }
    throw new Error(`${join(found.shareDir, 'extension/vector.control')} is missing; install pgvector there`)
  } catch (error) {
    throw new Unready(`PG_BIN_DIR is set, but that Postgres cannot be used: ${error.message}.`)
  }
}

const removeLeftovers = (runtimes) => {
  for (const name of readdirSync(runtimes))
    if (name.startsWith('.tmp-')) rmSync(join(runtimes, name), { recursive: true, force: true })
}

const routes = [
  ['a runtime made earlier', useMadeRuntime],
  ['Postgres of this system', findSystemPostgres],
  ['private runtime from Debian packages', makeDebianRuntime],
  ['a runtime made by an older version', useOlderRuntime],
  ['Postgres from npm', makeNpmRuntime],
]

const remedies = [
  "install Postgres 15 or newer with pgvector from your system's packages",
  'or set PG_BIN_DIR to the programs of such a Postgres',
  'or run on Debian or Ubuntu, where Plinth fetches both by itself',
].join(', ')

export const preparePostgres = (repository) => {
  const runtimes = join(repository, '.runtime')
  mkdirSync(runtimes, { recursive: true })
  const chosen = fromVariable()
  if (chosen) return writeRecord(repository, chosen)
  removeLeftovers(runtimes)
  const reasons = []
  for (const [name, route] of routes) {
    try {
      const found = addOwnExtensions(repository, route(runtimes))
      writeRecord(repository, found)
      say(`  Postgres ${found.version}, pgvector ${found.vector ?? 'unavailable'}: ${found.binDir}`)
      if (!found.vector) say(`  Vectors will not work. To have them: ${remedies}.`)
      return
    } catch (error) {
      reasons.push(`  ${name}: ${error.message}`)
      removeLeftovers(runtimes)
    }
  }
  throw new Unready(`No Postgres to run projects with.\n${reasons.join('\n')}\nTo go on, ${remedies}.`)
}
