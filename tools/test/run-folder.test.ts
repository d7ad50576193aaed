// What a run of all tests writes: what is forgotten is told, what a killed run left goes, what lives stays.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeRunFolder } from '../run-folder.ts'

let place = ''
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'plinth-runs-'))
})
afterEach(() => rmSync(place, { recursive: true }))

const leave = (name: string, owner: number): string => {
  const folder = join(place, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'owner'), String(owner))
  return folder
}

test('what tests forget is told; what runners keep there is not', async () => {
  const folder = await makeRunFolder(place)
  for (const name of ['plinth-sv-a1B2c3', 'node-compile-cache', 'db.json']) mkdirSync(join(folder.path, name))
  expect(await folder.listForgotten()).toEqual(['plinth-sv-a1B2c3'])
  await folder.remove()
  expect(existsSync(folder.path)).toBe(false)
})

test('a killed run leaves neither files nor processes to the next; one that goes on is left alone', async () => {
  const ended = spawn(process.execPath, ['-e', ''])
  await once(ended, 'exit')
  const dead = leave('plinth-test-aaaaaa', ended.pid ?? 0)
  const living = leave('plinth-test-bbbbbb', process.pid)
  const left = spawn('tail', ['-f', join(dead, 'owner')], { stdio: 'ignore' })
  const exit = once(left, 'exit')
  await once(left, 'spawn')
  const folder = await makeRunFolder(place)
  expect(await exit).toEqual([null, 'SIGKILL'])
  expect([existsSync(dead), existsSync(living)]).toEqual([false, true])
  await folder.remove()
})
