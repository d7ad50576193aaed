// What the bootstrap says and how it runs programs: one line per step with its time.

import { spawnSync } from 'node:child_process'

/** Something the reader has to act on; its message is shown without a stack. */
export class Unready extends Error {}

export const say = (line) => console.error(line)

/** Does one step and prints it with its time; `work` may return a text that says more. */
export const step = (what, work) => {
  const started = performance.now()
  const more = work()
  const line = typeof more === 'string' ? `${what} (${more})` : what
  say(`  ${line.padEnd(64)} ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

const lastLines = (text) => text.trim().split('\n').slice(-3).join(' ').slice(0, 400)

/** Runs a program to its end and gives back what it printed; a failure carries its last words. */
export const run = (command, args, options = {}) => {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 27, ...options })
  if (done.error) throw new Error(`${command}: ${done.error.message}`)
  if (done.status !== 0) throw new Error(`${command}: ${lastLines(done.stderr || done.stdout)}`)
  return done.stdout
}

/** Whether a program is on the PATH. */
export const hasProgram = (name) =>
  spawnSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' }).status === 0
