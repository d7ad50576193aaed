// Looks at a folder of Postgres programs: which version, and is pgvector beside it?

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './console.mjs'

export const oldestMajor = 15

/** Postgres finds its share folder relative to its programs; these are the layouts in use. */
const shareFolders = (binDir, major) => [
  join(binDir, '../../../../share/postgresql', major),
  join(binDir, '../share/postgresql'),
  join(binDir, `../share/postgresql@${major}`),
  join(binDir, '../share/pgsql'),
  join(binDir, '../share'),
]

const askPgConfig = (binDir) => {
  const program = join(binDir, 'pg_config')
  return existsSync(program) ? [run(program, ['--sharedir']).trim()] : []
}

/** The extension's default version, or undefined when its control file is not there. */
export const extensionVersion = (shareDir, extension) => {
  const file = join(shareDir, 'extension', `${extension}.control`)
  if (!existsSync(file)) return undefined
  return /^default_version\s*=\s*'([^']+)'/m.exec(readFileSync(file, 'utf8'))?.[1]
}

/** Describes the Postgres in `binDir`; throws with the reason when it is none that Plinth can use. */
export const inspect = (binDir) => {
  for (const program of ['postgres', 'initdb'])
    if (!existsSync(join(binDir, program))) throw new Error(`${binDir} has no ${program}`)
  const version = /(\d+)(\.\d+)*/.exec(run(join(binDir, 'postgres'), ['-V']))?.[0] ?? '0'
  const major = version.split('.')[0]
  if (Number(major) < oldestMajor)
    throw new Error(`${binDir} is Postgres ${version}, older than ${oldestMajor}`)
  const shareDir = [...shareFolders(binDir, major), ...askPgConfig(binDir)].find((folder) =>
    existsSync(join(folder, 'extension/plpgsql.control')),
  )
  if (!shareDir) throw new Error(`${binDir} has no share folder that belongs to it`)
  return { binDir, shareDir, version, vector: extensionVersion(shareDir, 'vector') }
}
