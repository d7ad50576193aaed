// `npm run bench faults`: the power cuts that `npm test` tries once, again and again. `faults:50` says how often each.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { record } from '../record.ts'

const root = join(import.meta.dirname, '../../..')
/** Kinds of power cut in the test file. */
const kinds = 9

export const faults = async (words = ''): Promise<void> => {
  const rounds = Number(words) || 20
  const started = performance.now()
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const test = spawn(
    process.execPath,
    [vitest, 'run', '--project', 'db', 'apps/supervisor/test/power-cut.db.test.ts'],
    { cwd: root, stdio: 'inherit', env: { ...process.env, FAULT_ROUNDS: String(rounds) } },
  )
  const [code] = await once(test, 'exit')
  if (code !== 0) throw new Error('Something was lost or did not come back; the test above says what.')
  const minutes = (performance.now() - started) / 60_000
  record('faults', {
    name: 'power cuts survived',
    unit: '',
    median: rounds * kinds,
    note: `${minutes.toFixed(1)} min`,
  })
}
