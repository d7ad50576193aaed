// The tree of control groups as a folder: what the kernel would do with the files is its own affair.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findCgroupTree, openCgroups } from '../src/index.ts'

const GiB = 2 ** 30
let mount: string
beforeEach(() => {
  mount = mkdtempSync(join(tmpdir(), 'plinth-cgroup-'))
})
afterEach(() => rmSync(mount, { recursive: true, force: true }))

/** A group as the kernel shows it. */
const group = (folder: string, controllers: string, pids: readonly number[] = []): string => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'cgroup.controllers'), `${controllers}\n`)
  writeFileSync(join(folder, 'cgroup.procs'), pids.map((pid) => `${pid}\n`).join(''))
  return folder
}
const read = (...path: readonly string[]): string => readFileSync(join(mount, ...path), 'utf8')
const open = (own: string, isOurs = () => true) =>
  openCgroups({ tree: { mount, own }, name: 'plinth-x', isOurs })

describe('limits', () => {
  beforeEach(() => {
    group(mount, 'cpuset cpu io memory pids')
    // The kernel puts these into every new group.
    group(join(mount, 'plinth-x'), 'cpu memory pids')
  })

  it('are written where the machine has a tree to divide, and change at once', async () => {
    const cgroups = await open(mount)
    expect(cgroups.why).toBeUndefined()
    expect(read('cgroup.subtree_control')).toBe('+memory +cpu +pids')
    expect(read('plinth-x', 'cgroup.subtree_control')).toBe('+memory +cpu +pids')
    await cgroups.limit('one', { memoryBytes: GiB, cpus: 1, cpuWeight: 50, tasks: 600 })
    expect(read('plinth-x', 'one', 'memory.max')).toBe(String(GiB))
    expect(Number(read('plinth-x', 'one', 'memory.high'))).toBeLessThan(GiB)
    expect(read('plinth-x', 'one', 'cpu.weight')).toBe('50')
    expect(read('plinth-x', 'one', 'cpu.max')).toBe(
      availableParallelism() > 1 ? '100000 100000' : 'max 100000',
    )
    expect(read('plinth-x', 'one', 'pids.max')).toBe('600')
    await cgroups.limit('one', { memoryBytes: 1e6 * GiB, cpus: 1000, cpuWeight: 200, tasks: 600 })
    expect([read('plinth-x', 'one', 'memory.max'), read('plinth-x', 'one', 'cpu.max')]).toEqual([
      'max',
      'max 100000',
    ])
    await cgroups.put('one', 4_000_000)
    expect(read('plinth-x', 'one', 'cgroup.procs')).toBe('4000000')
  })

  it('leave groups alone that something may run in, and forget empty ones', async () => {
    mkdirSync(join(mount, 'plinth-x', 'empty'))
    group(join(mount, 'plinth-x', 'used'), '', [1])
    const cgroups = await open(mount)
    expect(existsSync(join(mount, 'plinth-x', 'empty'))).toBe(false)
    await cgroups.remove('used')
    expect(existsSync(join(mount, 'plinth-x', 'used'))).toBe(true)
    await cgroups.remove('never made')
  })

  it('are made in the group around the one an earlier run moved itself to', async () => {
    const service = group(join(mount, 'service'), 'cpu memory')
    const self = group(join(service, 'plinth-self'), '')
    group(join(service, 'plinth-x'), 'cpu memory')
    rmSync(join(mount, 'cgroup.controllers'))
    const cgroups = await open(self)
    expect(cgroups.why).toBeUndefined()
    await cgroups.limit('one', { memoryBytes: GiB, cpus: 1, cpuWeight: 50, tasks: 600 })
    expect(existsSync(join(service, 'plinth-x', 'one', 'memory.max'))).toBe(true)
    // Not among what this machine divides.
    expect(existsSync(join(service, 'plinth-x', 'one', 'pids.max'))).toBe(false)
  })
})

describe('without a tree to divide', () => {
  it.each([
    ['has no cgroup v2', () => undefined],
    ['offers no control of memory', () => group(mount, 'cpuset')],
  ])('says why: %s; nothing else changes', async (why, make) => {
    const found = make()
    const tree = { mount: found, own: found }
    const cgroups = await openCgroups({ tree, name: 'plinth-x', isOurs: () => true })
    expect(cgroups.why).toContain(why)
    await cgroups.limit('one', { memoryBytes: GiB, cpus: 1, cpuWeight: 50, tasks: 600 })
    await cgroups.put('one', 1)
    await cgroups.remove('one')
    expect(existsSync(join(mount, 'plinth-x'))).toBe(false)
  })

  it('finds what this machine has, whatever that is', async () => {
    const { mount: real, own } = await findCgroupTree()
    expect([real === undefined, own === undefined]).toEqual([own === undefined, own === undefined])
  })
})
