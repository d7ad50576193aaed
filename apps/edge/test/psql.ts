// The real `psql` of the private runtime.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const record = join(import.meta.dirname, '../../../.runtime/runtime.json')
const { binDir } = JSON.parse(readFileSync(record, 'utf8')) as { binDir: string }
const run = promisify(execFile)

/** What a query answers, or the message with which psql gives up. */
export const psql = async (
  connection: Readonly<Record<string, string | number>>,
  sql: string,
): Promise<string> => {
  const target = Object.entries(connection)
    .map(([name, value]) => `${name}='${value}'`)
    .join(' ')
  try {
    const { stdout } = await run(join(binDir, 'psql'), ['-XAtq', '-d', target, '-c', sql], {
      maxBuffer: 10_000_000,
      env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent' },
    })
    return stdout.trim()
  } catch (error) {
    return (error as { stderr: string }).stderr.trim()
  }
}
