// What pgBackRest is told of the bucket: as environment, so that keys stand in no argument and in no file.

import { hkdfSync } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import type { Environment } from './backrest.ts'
import type { BucketSettings } from './bucket.ts'

/** Below an installation's part of the bucket. */
export const DATABASES = 'databases/'

export type RepositorySettings = {
  readonly bucket: BucketSettings
  /** The installation's part of the bucket, with its prefix. */
  readonly root: string
  /** The installation key. */
  readonly key: Buffer
  /** Ours alone: its locks, and what it trusts. */
  readonly folder: string
  /** File with authorities of the operator's own, as NODE_EXTRA_CA_CERTS names it. */
  readonly authorities?: string | undefined
}

/** docs/backups.md tells how to derive it without us. */
export const passOf = (key: Buffer): string =>
  Buffer.from(hkdfSync('sha256', key, '', 'plinth pgbackrest', 32)).toString('hex')

/** Those that Node trusts, too: the world's, and the operator's own. */
const writeAuthorities = async ({ folder, authorities }: RepositorySettings): Promise<string> => {
  const file = join(folder, 'authorities.pem')
  const own = authorities ? [await readFile(authorities, 'utf8')] : []
  await writeFile(file, [...rootCertificates, ...own].join('\n'), { mode: 0o600 })
  return file
}

const KEEP_DAYS = 7
/** Seconds of silence after which a connection is given up. */
const SILENCE_SECONDS = 20

const placeOf = ({ endpoint, region, pathStyle = endpoint !== undefined }: BucketSettings): Environment => {
  const { hostname, port } = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`)
  return {
    PGBACKREST_REPO1_S3_ENDPOINT: hostname,
    ...(port && { PGBACKREST_REPO1_STORAGE_PORT: port }),
    PGBACKREST_REPO1_S3_URI_STYLE: pathStyle ? 'path' : 'host',
  }
}

/** Makes the folder, and says what pgBackRest needs to know. */
export const prepareRepository = async (settings: RepositorySettings): Promise<Environment> => {
  const { bucket, root, key, folder } = settings
  for (const path of [folder, join(folder, 'lock'), join(folder, 'unpacked')])
    await mkdir(path, { recursive: true, mode: 0o700 })
  return {
    PATH: '/usr/bin:/bin',
    LC_ALL: 'C',
    // Labels of backups are times.
    TZ: 'UTC',
    PGBACKREST_LOCK_PATH: join(folder, 'lock'),
    PGBACKREST_SPOOL_PATH: folder,
    PGBACKREST_LOG_LEVEL_FILE: 'off',
    PGBACKREST_LOG_LEVEL_CONSOLE: 'error',
    PGBACKREST_LOG_LEVEL_STDERR: 'off',
    PGBACKREST_IO_TIMEOUT: String(SILENCE_SECONDS),
    PGBACKREST_COMPRESS_TYPE: 'zst',
    PGBACKREST_REPO1_TYPE: 's3',
    PGBACKREST_REPO1_PATH: `/${root}${DATABASES}`.replace(/\/$/, ''),
    PGBACKREST_REPO1_S3_BUCKET: bucket.bucket,
    PGBACKREST_REPO1_S3_REGION: bucket.region,
    PGBACKREST_REPO1_S3_KEY: bucket.accessKeyId,
    PGBACKREST_REPO1_S3_KEY_SECRET: bucket.secretAccessKey,
    ...placeOf(bucket),
    PGBACKREST_REPO1_STORAGE_CA_FILE: await writeAuthorities(settings),
    PGBACKREST_REPO1_CIPHER_TYPE: 'aes-256-cbc',
    PGBACKREST_REPO1_CIPHER_PASS: passOf(key),
    PGBACKREST_REPO1_BUNDLE: 'y',
    // Small, so that several are restored at once.
    PGBACKREST_REPO1_BUNDLE_SIZE: '2MiB',
    PGBACKREST_REPO1_RETENTION_FULL_TYPE: 'time',
    PGBACKREST_REPO1_RETENTION_FULL: String(KEEP_DAYS),
    // Postgres hands its log to the local archive, from where it comes here.
    PGBACKREST_ARCHIVE_CHECK: 'n',
    PGBACKREST_ARCHIVE_MODE_CHECK: 'n',
    PGBACKREST_START_FAST: 'y',
  }
}
