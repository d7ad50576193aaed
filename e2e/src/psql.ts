// The psql of the private runtime, as somebody without settings of their own runs it.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const runtime = join(import.meta.dirname, '../../.runtime/runtime.json')

/** What it prints; `target` in libpq's words. Rejects with what it says on standard error. */
export const psql = async (sql: string, target: Record<string, string | number>): Promise<string> => {
  const { binDir } = JSON.parse(readFileSync(runtime, 'utf8')) as { binDir: string }
  const words = Object.entries({ dbname: 'postgres', ...target }).map(([name, value]) => `${name}='${value}'`)
  const env = { PATH: '/usr/bin:/bin', HOME: '/nonexistent' }
  const { stdout } = await run(join(binDir, 'psql'), ['-XAtq', '-d', words.join(' '), '-c', sql], { env })
  return stdout.trim()
}
