// `npm run bench schema`: reading the catalogue of 100, 1 000 and 10 000 tables, in a process of its own so that its
// memory is its own.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { record } from '../record.ts'

const root = join(import.meta.dirname, '../../..')
const file = 'engines/schema/bench/catalogue.bench.ts'

export const schema = async (): Promise<void> => {
  const child = spawn(process.execPath, ['--expose-gc', '--conditions=source', file], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) record('schema', JSON.parse(line))
  if (child.exitCode === null) await once(child, 'exit')
  if (child.exitCode !== 0) throw new Error('The bench of the catalogue failed; see above.')
}
