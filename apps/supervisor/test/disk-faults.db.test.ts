// A branch whose disk is full, read-only, or does not answer, and one whose archive is away. Only root can give a
// branch a disk of its own.

import { execFileSync } from 'node:child_process'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { refOf, specOf } from './fixtures.ts'
import { Installation } from './installation.ts'
import { Numbers } from './numbers.ts'

const isRoot = process.getuid?.() === 0
const [one, two] = [refOf(1), refOf(2)]
let here: Installation
let numbers: Numbers
let home: string
beforeAll(async () => {
  here = new Installation(await Installation.model())
  home = join(here.data, 'clusters', one)
  await here.start()
  await here.awake(one, two)
  numbers = new Numbers(here, one)
  await numbers.create()
})
afterAll(async () => {
  await here.remove()
})

const system = (program: string, ...args: readonly string[]) =>
  execFileSync(program, args, { stdio: 'ignore' })
const mount = (...args: readonly string[]) => system('mount', ...args)
/** Puts a folder, of the branch while it sleeps, on a small disk of its own while `use` runs. */
const onOwnDisk = async (folder: string, size: string, use: () => Promise<void>): Promise<void> => {
  await here.sleep(one)
  renameSync(folder, `${folder}.aside`)
  system('mkdir', folder)
  mount('-t', 'tmpfs', '-o', `size=${size},mode=711`, 'none', folder)
  system('cp', '-a', `${folder}.aside/.`, folder)
  try {
    await use()
  } finally {
    mount('-o', 'remount,rw', folder)
    await here.sleep(one)
    system('cp', '-a', `${folder}/.`, `${folder}.copy`)
    system('umount', folder)
    for (const old of [folder, `${folder}.aside`]) rmSync(old, { recursive: true, force: true })
    renameSync(`${folder}.copy`, folder)
  }
}

/** Answers the file that takes all room. */
const fill = (folder: string): string => {
  const filler = join(folder, 'filler')
  system('sh', '-c', `dd if=/dev/zero of=${filler} bs=64k 2>/dev/null || true`)
  return filler
}

describe.runIf(isRoot)('a disk that', () => {
  it('gets full: what was acknowledged stays, and with room again it goes on by itself', () =>
    onOwnDisk(home, '160m', async () => {
      await here.serves(one)
      await numbers.add()
      const filler = fill(home)
      await expect(
        (async () => {
          for (let count = 0; count < 300; count += 1) await numbers.add(200_000)
        })(),
      ).rejects.toThrow()
      await here.serves(two)
      rmSync(filler)
      await vi.waitFor(() => numbers.add(), { interval: 200 })
      await numbers.expectKept()

      await here.sleep(one)
      fill(home)
      expect(await here.wake(one)).toMatchObject({ status: 503 })
      expect(await here.report(one)).toMatchObject({
        status: 'broken',
        reason: 'The disk of the host is full.',
      })
      await here.serves(two)
      rmSync(filler)
      await vi.waitFor(() => here.serves(one), { interval: 500 })
      await numbers.expectKept()
    }))

  it('is read-only is named as the reason, and serves again when it is not', () =>
    onOwnDisk(home, '160m', async () => {
      mount('-o', 'remount,ro', home)
      expect(await here.wake(one)).toMatchObject({ status: 503 })
      expect(await here.report(one)).toMatchObject({
        status: 'broken',
        reason: 'The disk of the host is read-only.',
      })
      await here.serves(two)
      mount('-o', 'remount,rw', home)
      await here.restart(one)
      await here.until(one, 'awake')
      await numbers.expectKept()
    }))
})

describe.runIf(isRoot)('a full disk of the supervisor', () => {
  it('refuses orders that could not be kept, and keeps those that were taken', () => {
    const specs = join(here.data, 'specs')
    return onOwnDisk(specs, '256k', async () => {
      await here.serves(one)
      const { specVersion } = await here.report(one)
      const filler = fill(specs)
      const next = specOf(one, specVersion + 1)
      expect((await here.put(next)).status).toBeGreaterThanOrEqual(500)
      expect((await here.put(specOf(refOf(3)))).status).toBeGreaterThanOrEqual(500)
      expect(await here.report(one)).toMatchObject({ status: 'awake', specVersion })
      await numbers.add()
      await here.kill()
      await here.start()
      expect(await here.report(one)).toMatchObject({ status: 'awake', specVersion })
      expect((await here.request('GET', `/branches/${refOf(3)}`)).status).toBe(404)
      rmSync(filler)
      expect((await here.put(next)).status).toBe(202)
      expect(await here.report(one)).toMatchObject({ specVersion: specVersion + 1 })
      await here.serves(one)
      await numbers.expectKept()
    })
  })
})

describe('an archive that is away', () => {
  const archive = () => join(here.data, 'archive', one)

  it('keeps nobody from writing, sleeping and waking', async () => {
    await here.serves(one)
    renameSync(archive(), `${archive()}.away`)
    writeFileSync(archive(), '')
    await numbers.add()
    await here.sleep(one)
    await here.serves(one)
    await numbers.add()
    await here.sleep(one)
    rmSync(archive())
    renameSync(`${archive()}.away`, archive())
    await here.serves(one)
    await numbers.expectKept()
  })
})

describe('a disk that does not answer for a while', () => {
  it('makes everybody wait, and nobody fail', async () => {
    await here.serves(one)
    const [server] = here.servers(one)
    process.kill(server?.pid ?? 0, 'SIGSTOP')
    // Asked to stop, and at once to serve again.
    await here.order(one, 'sleep')
    const woken = here.wake(one)
    await here.until(one, 'stopping')
    process.kill(server?.pid ?? 0, 'SIGCONT')
    expect(await woken).toMatchObject({ status: 200 })
    await numbers.expectKept()
  })
})
