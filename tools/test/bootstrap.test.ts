// The bootstrap in a small repository of its own: what it finds, refuses, and leaves alone.

import { spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const source = join(import.meta.dirname, '..')
let repository: string

/** A Postgres by its programs and share folder; `-V` is all that the bootstrap asks of it. */
const fakePostgres = (name: string, version: string, extensions: readonly string[]): string => {
  const home = join(repository, name)
  mkdirSync(join(home, 'bin'), { recursive: true })
  mkdirSync(join(home, 'share/extension'), { recursive: true })
  for (const program of ['postgres', 'initdb'])
    writeFileSync(join(home, 'bin', program), `#!/bin/sh\necho "postgres (PostgreSQL) ${version}"\n`, {
      mode: 0o755,
    })
  for (const extension of ['plpgsql', ...extensions])
    writeFileSync(join(home, 'share/extension', `${extension}.control`), "default_version = '0.8.0'\n")
  return join(home, 'bin')
}

const lockOf = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages })

const bootstrap = (env: Record<string, string>, ...args: readonly string[]) => {
  const done = spawnSync(process.execPath, [join(repository, 'tools/bootstrap.mjs'), ...args], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', ...env },
  })
  return { code: done.status, says: done.stdout + done.stderr }
}

const runtime = (): unknown => JSON.parse(readFileSync(join(repository, '.runtime/runtime.json'), 'utf8'))

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'plinth-bootstrap-'))
  for (const name of ['bootstrap', 'bootstrap.mjs'])
    cpSync(join(source, name), join(repository, 'tools', name), { recursive: true })
  mkdirSync(join(repository, 'node_modules'))
  const locked = {
    'node_modules/a': { version: '1.0.0' },
    'node_modules/elsewhere': { version: '1.0.0', optional: true },
  }
  writeFileSync(join(repository, 'package-lock.json'), lockOf(locked))
  const installed = { 'node_modules/a': { version: '1.0.0' } }
  writeFileSync(join(repository, 'node_modules/.package-lock.json'), lockOf(installed))
})
afterEach(() => rmSync(repository, { recursive: true, force: true }))

test('a Postgres that was named is written down, and the second run says nothing', () => {
  const env = { PG_BIN_DIR: fakePostgres('good', '17.4', ['vector']) }
  expect(bootstrap(env).code).toBe(0)
  expect(runtime()).toMatchObject({
    binDir: env.PG_BIN_DIR,
    version: '17.4',
    vector: '0.8.0',
    route: 'PG_BIN_DIR',
  })
  expect(bootstrap(env)).toEqual({ code: 0, says: '' })
})

test('another name is looked at anew', () => {
  bootstrap({ PG_BIN_DIR: fakePostgres('one', '17.4', ['vector']) })
  bootstrap({ PG_BIN_DIR: fakePostgres('two', '18.1', ['vector']) })
  expect(runtime()).toMatchObject({ version: '18.1' })
})

test.each([
  ['too old', '14.2', ['vector'], 'is Postgres 14.2, older than 15'],
  ['without pgvector', '17.4', [], 'extension/vector.control is missing; install pgvector there'],
] as const)('a named Postgres that is %s is refused in one sentence', (name, version, extensions, reason) => {
  const { code, says } = bootstrap({ PG_BIN_DIR: fakePostgres(name, version, extensions) })
  expect(code).toBe(1)
  expect(says.trim()).toMatch(/^PG_BIN_DIR is set, but that Postgres cannot be used: [^\n]*$/)
  expect(says).toContain(reason)
})

test('a named folder without Postgres', () => {
  expect(bootstrap({ PG_BIN_DIR: '/nowhere' }).says).toContain('/nowhere has no postgres')
})

test('packages that differ from the lock file are installed, and a failing npm is reported', () => {
  writeFileSync(join(repository, 'package-lock.json'), lockOf({ 'node_modules/a': { version: '2.0.0' } }))
  const tools = join(repository, 'programs')
  mkdirSync(tools)
  writeFileSync(join(tools, 'npm'), '#!/bin/sh\necho "no network" >&2\nexit 1\n', { mode: 0o755 })
  const { code, says } = bootstrap({ PATH: `${tools}:/usr/bin:/bin` })
  expect(code).toBe(1)
  expect(says).toContain('no network')
  expect(says).toContain('npm could not install the packages; its own message above says why.')
})

test('the lock of a dead start is taken over', () => {
  mkdirSync(join(repository, '.runtime'))
  const dead = spawnSync('true').pid
  writeFileSync(join(repository, '.runtime/lock'), String(dead))
  expect(bootstrap({ PG_BIN_DIR: fakePostgres('good', '17.4', ['vector']) }).code).toBe(0)
})

test('a start waits for the one that prepares', async () => {
  mkdirSync(join(repository, '.runtime'))
  writeFileSync(join(repository, '.runtime/lock'), String(process.pid))
  const env = { PATH: '/usr/bin:/bin', PG_BIN_DIR: fakePostgres('good', '17.4', ['vector']) }
  const child = spawn(process.execPath, [join(repository, 'tools/bootstrap.mjs')], { env })
  const said = await new Promise<string>((resolve) =>
    child.stderr.once('data', (bytes) => resolve(String(bytes))),
  )
  expect(said).toBe(`Waiting for process ${process.pid}, which prepares Plinth at this moment.\n`)
  rmSync(join(repository, '.runtime/lock'))
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0)
  expect(runtime()).toMatchObject({ version: '17.4' })
})

test('runtimes made earlier go, but those of another version and those in use', async () => {
  const make = (name: string, version = '17.4') => fakePostgres(join('.runtime', name), version, ['vector'])
  const record = { route: 'private', binDir: make('pg17-new'), version: '17.4', vector: '0.8.0', repository }
  writeFileSync(join(repository, '.runtime/runtime.json'), JSON.stringify(record))
  make('pg17-old')
  make('npm-17.10.0')
  make('pg16-old', '16.1')
  const program = join(make('pg17-used'), 'server')
  writeFileSync(program, '#!/bin/sh\necho up\nread line\n', { mode: 0o755 })
  const user = spawn(program)
  await new Promise((resolve) => user.stdout.once('data', resolve))
  const folders = () => readdirSync(join(repository, '.runtime')).filter((name) => name.includes('-'))
  expect(bootstrap({}).code).toBe(0)
  expect(folders()).toEqual(['pg16-old', 'pg17-new', 'pg17-used'])
  user.stdin.end()
  await new Promise((resolve) => user.once('exit', resolve))
  expect(bootstrap({}).says).toContain('pg17-used')
  expect(folders()).toEqual(['pg16-old', 'pg17-new'])
  expect(bootstrap({})).toEqual({ code: 0, says: '' })
})

/** A PATH with a shell and nothing to fetch packages with. */
const barePath = (): string => {
  const programs = join(repository, 'programs')
  mkdirSync(programs)
  for (const name of ['sh', 'chmod']) symlinkSync(`/bin/${name}`, join(programs, name))
  return programs
}

test('the tests take the browser and the ACME server of the machine where none can be fetched', () => {
  const PATH = barePath()
  for (const name of ['pebble', 'pebble-challtestsrv'])
    writeFileSync(join(PATH, name), '#!/bin/sh\n', { mode: 0o755 })
  const chromium = join(PATH, 'chromium')
  writeFileSync(chromium, '#!/bin/sh\necho "Chromium 150"\n', { mode: 0o755 })
  const env = { PATH, PG_BIN_DIR: fakePostgres('good', '17.4', ['vector']) }
  expect(bootstrap(env).code).toBe(0)
  const record = join(repository, '.runtime/chromium.json')
  expect(existsSync(record)).toBe(false)
  expect(bootstrap(env, '--tests').code).toBe(0)
  expect(JSON.parse(readFileSync(record, 'utf8'))).toMatchObject({ program: chromium, environment: {} })
  expect(readdirSync(join(repository, '.runtime/pebble'))).toEqual(['pebble', 'pebble-challtestsrv'])
  expect(bootstrap(env, '--tests')).toEqual({ code: 0, says: '' })
})

test('without any browser the other tests can run', () => {
  const env = { PATH: barePath(), PG_BIN_DIR: fakePostgres('good', '17.4', ['vector']) }
  const { code, says } = bootstrap(env, '--tests')
  expect(code).toBe(0)
  expect(says).toMatch(
    /No browser for the tests: .*apt-get is not on this machine; none of chromium, .*Install Chromium/,
  )
})
