// A bucket behind an authority of its own, as an operator would have it, and the way back from it by the program that
// operators use.

import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openAuthority } from '@plinth/certificates'
import { startS3 } from '@plinth/testing/s3'
import { Installation } from './installation.ts'

export type ABucket = {
  /** What a supervisor needs to copy to it. */
  readonly env: Readonly<Record<string, string>>
  /** An installation with the key of the one that was lost and what the bucket has of it; not started. */
  readonly recover: (lost: Installation) => Promise<Installation>
  readonly remove: () => Promise<void>
}

const program = join(import.meta.dirname, '../../cli/src/main.ts')

export const openABucket = async (): Promise<ABucket> => {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-s3-'))
  const authority = await openAuthority(join(folder, 'ca'), randomBytes(32))
  const server = await startS3({ tls: authority.issue(['127.0.0.1']) })
  const file = join(folder, 'bucket.json')
  writeFileSync(file, JSON.stringify({ ...server.settings, prefix: 'one/' }))
  const env = { PLINTH_BACKUP_S3_FILE: file, NODE_EXTRA_CA_CERTS: join(folder, 'ca/ca.pem') }
  return {
    env,
    recover: async (lost) => {
      const next = new Installation()
      for (const name of ['key', 'secrets.json'])
        copyFileSync(join(lost.folder, name), join(next.folder, name))
      await promisify(execFile)(
        process.execPath,
        ['--conditions=source', program, 'recover', '--key', join(lost.folder, 'key')],
        { env: { ...env, PATH: process.env['PATH'], PLINTH_DATA: next.data } },
      )
      return next
    },
    remove: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
