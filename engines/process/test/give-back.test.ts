// A process that has worked and rests: what it no longer needs is the system's again.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'

const program = `
import { readFileSync } from 'node:fs'
import { giveBackAtRest } from '@plinth/process'
const dirtyMiB = () => Number(/^Private_Dirty: +(\\d+)/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'))[1]) / 1024
const before = dirtyMiB()
let kept = Array.from({ length: 300_000 }, (_, n) => ({ n, text: 'text ' + n }))
const after = dirtyMiB()
giveBackAtRest({ everyMs: 50, restMs: 1000, workMs: 1 })
kept = undefined
setInterval(() => {
  if (dirtyMiB() - before > (after - before) / 2) return
  console.log('given back')
  process.exit(0)
}, 50)
`

test('gives back what its work took', async () => {
  const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const told: string[] = []
    for await (const line of createInterface(child.stdout)) told.push(line)
    expect(told).toEqual(['given back'])
  } finally {
    child.kill('SIGKILL')
  }
})
