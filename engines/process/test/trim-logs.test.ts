import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startProcess, trimLogs } from '../src/index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plinth-logs-'))
  mkdirSync(join(folder, 'branch'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const read = (name: string) => readFileSync(join(folder, name), 'utf8')

test('a long log becomes its copy, and its writer goes on in an empty one', async () => {
  const logFile = join(folder, 'branch/server.log')
  const said = 'a line of thirty letters, said\n'
  const script = `process.stdout.write(${JSON.stringify(said)}.repeat(5)); process.once('SIGUSR2', () => { console.log('more'); process.exit() }); setInterval(() => {}, 1000)`
  const writer = await startProcess({
    command: process.execPath,
    args: ['-e', script],
    logFile,
    detached: true,
  })
  await expect.poll(() => statSync(logFile).size).toBe(155)
  await trimLogs(folder, 154)
  process.kill(writer.pid, 'SIGUSR2')
  await writer.exited
  expect([read('branch/server.log'), read('branch/server.log.1')]).toEqual(['more\n', said.repeat(5)])
  expect(statSync(`${logFile}.1`).mode & 0o777).toBe(0o600)
})

test('short logs and other files stay', async () => {
  writeFileSync(join(folder, 'short.log'), 'x'.repeat(10))
  writeFileSync(join(folder, 'long.txt'), 'x'.repeat(20))
  await trimLogs(folder, 10)
  expect([read('short.log').length, read('long.txt').length]).toEqual([10, 20])
})

test('a link is not followed, and a copy that cannot be made does not keep the log', async () => {
  writeFileSync(join(folder, 'elsewhere'), 'x'.repeat(20))
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'branch/a.log'))
  await expect(trimLogs(folder, 10)).rejects.toThrow('ELOOP')
  rmSync(join(folder, 'branch/a.log'))
  writeFileSync(join(folder, 'branch/b.log'), 'x'.repeat(20))
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'branch/b.log.1'))
  await trimLogs(folder, 10).catch(() => undefined)
  expect([read('elsewhere').length, read('branch/b.log').length]).toEqual([20, 0])
})
