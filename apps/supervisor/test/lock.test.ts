import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takeLock } from '../src/lock.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plinth-lock-'))
  file = join(folder, 'lock')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the lock', () => {
  it('is held by one, who is named, until it is given back', async () => {
    const release = await takeLock(file)
    await expect(takeLock(file)).rejects.toMatchObject({
      code: 'supervisor_already_running',
      message: expect.stringContaining(`process ${process.pid}`),
    })
    await release()
    await (await takeLock(file))()
    expect(readdirSync(folder)).toEqual([])
  })

  it.each([
    ['a process that is gone', JSON.stringify({ pid: 2 ** 22 - 1, startTime: 'x' })],
    ['a stranger with the same number', JSON.stringify({ pid: process.pid, startTime: 'x' })],
    ['nobody we can read', 'what?'],
  ])('is taken from %s', async (_name, text) => {
    writeFileSync(file, text)
    await (await takeLock(file))()
    expect(readdirSync(folder)).toEqual([])
  })
})
