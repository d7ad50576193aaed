// `npm run bench faults`: the power cuts that `npm test` tries once, again and again. `faults:50` says how often each.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { record } from '../record.ts'

const root = join(import.meta.dirname, '../../..')
const args = ['run', '--project', 'db', '--no-file-parallelism', 'apps/supervisor/test/power-cut']

/** Runs the tests; answers how many kinds of power cut there are in them. */
const run = async (rounds: number, folder: string): Promise<number> => {
  const report = join(folder, 'report.json')
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${report}`]
  const test = spawn(process.execPath, [vitest, ...args, ...reporters], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, FAULT_ROUNDS: String(rounds) },
  })
  const [code] = await once(test, 'exit')
  if (code !== 0) throw new Error('Something was lost or did not come back; the test above says what.')
  return (JSON.parse(readFileSync(report, 'utf8')) as { numPassedTests: number }).numPassedTests
}

export const faults = async (words = ''): Promise<void> => {
  const rounds = Number(words) || 20
  const started = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'plinth-faults-'))
  const kinds = await run(rounds, folder).finally(() => rmSync(folder, { recursive: true }))
  const minutes = (performance.now() - started) / 60_000
  record('faults', {
    name: 'power cuts survived',
    unit: '',
    median: rounds * kinds,
    note: `${kinds} kinds, ${rounds} rounds, ${minutes.toFixed(1)} min`,
  })
}
