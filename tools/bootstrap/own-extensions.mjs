// Extensions that the platform itself supplies, as SQL: put beside those of the Postgres that this checkout made for
// itself. A Postgres of the system is never written to.

import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folderOf = (repository) => join(repository, 'engines/cluster/extensions')

const filesOf = (repository) => {
  const folder = folderOf(repository)
  return existsSync(folder) ? readdirSync(folder).filter((name) => /\.(control|sql)$/.test(name)) : []
}

const isOurs = (repository, record) => record.shareDir?.startsWith(join(repository, '.runtime', '/')) ?? false

/** Changes with any of the files and with what is made of others'; `undefined` for a Postgres that is not ours. */
export const extensionsDigest = (repository, record) => {
  if (!isOurs(repository, record)) return undefined
  const digest = createHash('sha256').update(readFileSync(join(import.meta.dirname, 'trust-extensions.mjs')))
  for (const name of filesOf(repository).sort())
    digest.update(name).update(readFileSync(join(folderOf(repository), name)))
  return digest.digest('hex').slice(0, 16)
}

export const addOwnExtensions = (repository, record) => {
  if (!isOurs(repository, record)) return record
  const target = join(record.shareDir, 'extension')
  for (const name of filesOf(repository)) copyFileSync(join(folderOf(repository), name), join(target, name))
  return { ...record, extensions: extensionsDigest(repository, record) }
}
