// The whole path without root: a program started as `nobody` makes, starts and stops a cluster.

import { execFile } from 'node:child_process'
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { isRoot, runtimeFolder } from './place.ts'

const run = promisify(execFile)

const nobody = async (): Promise<{ uid: number; gid: number } | object> => {
  if (!isRoot) return {}
  const line = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'))
  const [, , uid, gid] = (line ?? '').split(':').map(Number)
  return { uid, gid }
}

const runAsNobody = async (programFile: string): Promise<unknown> => {
  const who = await nobody()
  const base = await mkdtemp(join(tmpdir(), 'plinth-nobody-'))
  if ('uid' in who) await chown(base, who.uid, who.gid)
  try {
    const program = fileURLToPath(new URL(programFile, import.meta.url))
    const args = ['--conditions=source', program, runtimeFolder, base]
    const { stdout } = await run(process.execPath, args, {
      ...who,
      cwd: '/',
      env: { HOME: base, PATH: '/usr/bin:/bin' },
    })
    return JSON.parse(stdout)
  } finally {
    await rm(base, { recursive: true, force: true })
  }
}

test('a user without rights gets a working cluster', async () => {
  const answer = { user: 'postgres', superuser: false, vector: 5.196152422706632 }
  expect(await runAsNobody('./unprivileged-program.ts')).toEqual(answer)
})

test('and backups, restore points, undo and branches with data', async () => {
  expect(await runAsNobody('./backup/unprivileged-program.ts')).toEqual([1])
})
