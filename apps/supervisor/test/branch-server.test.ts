// One server for whoever wants it: the branch, or work of ours while the branch sleeps.

import type { Cluster } from '@plinth/cluster'
import { beforeEach, expect, test } from 'vitest'
import { BranchServer } from '../src/branch-server.ts'

let log: string[]
let end: () => void
let server: BranchServer

const launch = async (): Promise<Cluster> => {
  log.push('started')
  const { promise, resolve } = Promise.withResolvers<{ code: null; signal: null }>()
  end = () => resolve({ code: null, signal: null })
  const stop = async () => {
    await new Promise(setImmediate)
    end()
    log.push('ended')
  }
  return { pid: process.pid, ready: Promise.resolve(), exited: promise, stop }
}

beforeEach(() => {
  log = []
  server = new BranchServer({
    onCrash: () => log.push('crashed'),
    onStopped: async () => void log.push('stopped'),
  })
})

test('what is started alone is stopped again', async () => {
  expect(await server.startAlone(launch)).toBe(true)
  expect(server.isAlive).toBe(true)
  expect(await server.stopAlone()).toBe(true)
  expect(log).toEqual(['started', 'ended', 'stopped'])
  expect(server.isAlive).toBe(false)
})

test('a branch that wakes takes over what runs alone', async () => {
  await server.startAlone(launch)
  await server.start(launch)
  expect(await server.stopAlone()).toBe(false)
  expect(server.isAlive).toBe(true)
  expect(log).toEqual(['started'])
})

test('the branch and our work share one start', async () => {
  const alone = server.startAlone(launch)
  await Promise.all([alone, server.start(launch)])
  expect(await server.stopAlone()).toBe(false)
  expect(log).toEqual(['started'])
})

test('what runs for the branch is not started again for us, and stays', async () => {
  await server.start(launch)
  expect(await server.startAlone(launch)).toBe(false)
  expect(await server.stopAlone()).toBe(false)
  expect(log).toEqual(['started'])
})

test('a branch that wakes while it is being stopped starts another after it', async () => {
  await server.startAlone(launch)
  const stopping = server.stopAlone()
  await server.start(launch)
  await stopping
  expect(log).toEqual(['started', 'ended', 'stopped', 'started'])
  expect(server.isAlive).toBe(true)
})

test('an end that nobody asked for is a crash', async () => {
  await server.start(launch)
  end()
  await new Promise(setImmediate)
  expect(log).toEqual(['started', 'crashed'])
  expect(server.cluster).toBeUndefined()
})
