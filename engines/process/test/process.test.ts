import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { adopt, findProcess, isAlive, startProcess } from '@plinth/process'
import { afterAll, describe, expect, it, vi } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'plinth-process-'))
afterAll(() => rmSync(folder, { recursive: true }))

const PATH = '/usr/bin:/bin'
let logs = 0
const sh = (script: string, detached = true) => {
  const logFile = join(folder, `${++logs}.log`)
  const started = startProcess({ command: '/bin/sh', args: ['-c', script], env: { PATH }, logFile, detached })
  return { started, log: () => readFileSync(logFile, 'utf8'), logFile }
}
/** Waits until the script has written all of `text`, so that its traps and children are in place. */
const written = (log: () => string, text: string) => vi.waitFor(() => expect(log()).toContain(text))

describe('startProcess', () => {
  it('writes output and errors to a log of its own and tells how it ended', async () => {
    const { started, log, logFile } = sh('echo out; echo err >&2; exit 3')
    const child = await started
    expect(await child.exited).toEqual({ code: 3, signal: null })
    expect(log()).toBe('out\nerr\n')
    expect(statSync(logFile).mode & 0o777).toBe(0o600)
  })

  it('passes on nothing of our own environment', async () => {
    const { started, log } = sh('env')
    await (await started).exited
    expect(log()).not.toContain('VITEST')
  })

  it('fails with the name of a program that does not exist', async () => {
    await expect(startProcess({ command: '/no/such/program', detached: true })).rejects.toMatchObject({
      code: 'process_cannot_start',
      message: expect.stringContaining('/no/such/program'),
    })
  })

  it.runIf(process.getuid?.() === 0)('runs as a user without an account', async () => {
    const logFile = join(folder, 'uid.log')
    const id = { uid: 799_999, gid: 799_999 }
    const child = await startProcess({ command: '/usr/bin/id', args: ['-u'], logFile, detached: true, ...id })
    await child.exited
    expect(readFileSync(logFile, 'utf8').trim()).toBe('799999')
  })
})

describe('stop', () => {
  it('asks with the given signal', async () => {
    const { started, log } = sh('trap "exit 7" INT; echo up; while :; do sleep 0.01; done')
    const child = await started
    await written(log, 'up')
    expect(await child.stop({ signal: 'SIGINT' })).toEqual({ code: 7, signal: null })
  })

  it('kills who does not listen, with everything in its group', async () => {
    const { started, log } = sh('trap "" TERM; sleep 60 & echo child $!; while :; do sleep 0.05; done')
    const child = await started
    await written(log, 'child')
    const grandchild = Number(/child (\d+)/.exec(log())?.[1])
    expect(await child.stop({ graceMs: 50 })).toEqual({ code: null, signal: 'SIGKILL' })
    await vi.waitFor(() => expect(isAlive(grandchild)).toBe(false))
  })

  it('sweeps up what a leader that ended well left behind', async () => {
    const { started, log } = sh('trap "exit 0" TERM; sleep 60 & echo child $!; while :; do sleep 0.01; done')
    const child = await started
    await written(log, 'child')
    const left = Number(/child (\d+)/.exec(log())?.[1])
    await child.stop()
    await vi.waitFor(() => expect(isAlive(left)).toBe(false))
  })

  it('may be called on a process that has ended, and twice', async () => {
    const child = await sh('exit 0').started
    await child.exited
    expect(await Promise.all([child.stop(), child.stop()])).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ])
  })
})

describe('adopt', () => {
  it('takes over with proof, sees the end and can stop', async () => {
    const { started } = sh('sleep 60; :')
    const child = await started
    const facts = findProcess(child.pid)
    const adopted = adopt(child.pid, facts ?? {})
    expect(adopted?.pid).toBe(child.pid)
    await adopted?.stop({ graceMs: 1000 })
    expect(isAlive(child.pid)).toBe(false)
    expect(await child.exited).toMatchObject({ signal: 'SIGTERM' })
  })

  it.each([
    ['another start', () => ({ startTime: 'another' })],
    ['another command', (pid: number) => ({ ...findProcess(pid), command: '/usr/bin/postgres' })],
    ['nothing to compare', () => ({})],
  ])('refuses %s', async (_name, proof) => {
    const child = await sh('sleep 60; :').started
    expect(adopt(child.pid, proof(child.pid))).toBeUndefined()
    await child.stop({ signal: 'SIGKILL' })
  })

  it.each([0, -1, 1.5, Number.NaN, 2 ** 30])('refuses the number %s', (pid) => {
    expect(adopt(pid, { command: '' })).toBeUndefined()
  })
})

describe('isAlive', () => {
  it('is false for a process that only waits to be reaped', async () => {
    // The inner shell ends while its parent, which never reaps, lives on.
    const { started, log } = sh(
      'exec perl -e \'$p = fork; exit 0 unless $p; $| = 1; print "zombie $p\\n"; sleep 60\'',
    )
    const child = await started
    await written(log, 'zombie')
    const zombie = Number(/zombie (\d+)/.exec(log())?.[1])
    await vi.waitFor(() => expect(readFileSync(`/proc/${zombie}/stat`, 'utf8')).toContain(') Z'))
    expect(isAlive(zombie)).toBe(false)
    await child.stop({ signal: 'SIGKILL' })
  })
})

describe('onParentDeath', () => {
  const index = join(import.meta.dirname, '../src/index.ts')
  const child = `import { onParentDeath } from '${index}'
    onParentDeath(() => process.exit(0)); console.log('ready'); setInterval(() => {}, 1000)`
  const parent = (log: string) => `import { startProcess } from '${index}'
    const child = await startProcess({ command: process.execPath, detached: false, logFile: '${log}',
      args: ['--conditions=source', '--input-type=module-typescript', '-e', ${JSON.stringify(child)}] })
    console.log(child.pid); setInterval(() => {}, 1000)`

  it('is noticed by an attached child when its parent is killed', async () => {
    const log = join(folder, 'lifeline.log')
    const args = ['--conditions=source', '--input-type=module-typescript', '-e', parent(log)]
    const killed = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const pid = Number(String((await once(killed.stdout, 'data'))[0]))
    await vi.waitFor(() => expect(readFileSync(log, 'utf8')).toContain('ready'))
    expect(isAlive(pid)).toBe(true)
    killed.kill('SIGKILL')
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false))
  })
})
