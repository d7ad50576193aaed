// Makes an empty data directory: builtin locale where there is one, checksums, passwords only.

import { execFile } from 'node:child_process'
import { appendFile, chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Account } from './account.ts'
import { clusterErrors } from './errors.ts'
import { majorOf, type Runtime } from './runtime.ts'

const runFile = promisify(execFile)

export type InitOptions = {
  readonly runtime: Runtime
  /** Does not exist yet; its parent does. */
  readonly dataDir: string
  readonly superuser: string
  readonly password: string
  readonly account: Account
}

/** Sorting by code point never changes with the C library; 15 and 16 take the same from the library. */
const localeArguments = (major: number): readonly string[] => [
  process.platform === 'darwin' ? '--locale=C' : '--locale=C.UTF-8',
  ...(major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
]

/** Clients come through the platform, which is root: anything but a password would let them all in. */
export const hostRules = 'local all all scram-sha-256\nlocal replication all scram-sha-256\n'

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? text

const give = async (path: string, { uid, gid }: Account): Promise<void> => {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid)
}

/** Runs `initdb`. The directory belongs to `account` afterwards. */
export const initDataDir = async (options: InitOptions): Promise<void> => {
  const { runtime, dataDir, superuser, password, account } = options
  const passwordFile = join(dirname(dataDir), `.password-${process.pid}`)
  await mkdir(dataDir, { mode: 0o700 })
  await give(dataDir, account)
  await writeFile(passwordFile, password, { mode: 0o600 })
  await give(passwordFile, account)
  const fixed = [
    '-A',
    'scram-sha-256',
    '-E',
    'UTF8',
    '-k',
    '--no-sync',
    '--no-instructions',
    '--wal-segsize=4',
  ]
  try {
    await runFile(
      join(runtime.binDir, 'initdb'),
      [
        '-D',
        dataDir,
        '-U',
        superuser,
        `--pwfile=${passwordFile}`,
        ...fixed,
        ...localeArguments(majorOf(runtime)),
      ],
      { ...account, cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } },
    )
  } catch (error) {
    // A failed execFile carries what the program printed.
    const { stderr, message } = error as { stderr?: string; message: string }
    throw clusterErrors.initFailed(lastLine(stderr || message))
  } finally {
    await rm(passwordFile, { force: true })
  }
  await writeFile(join(dataDir, 'pg_hba.conf'), hostRules)
  await appendFile(join(dataDir, 'postgresql.conf'), "\ninclude_if_exists = 'plinth.conf'\n")
  await chmod(dataDir, 0o700)
}
