// Run as root, every project's Postgres has its own user, which must be able to reach the runtime
// below this folder: parents get the right to be passed through, not to be listed.

import { chmodSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { say } from './console.mjs'

const closedParents = (repository) => {
  if (process.getuid?.() !== 0) return []
  const closed = []
  for (let folder = join(repository, '.runtime'); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) closed.push(folder)
    if (folder === dirname(folder)) return closed
  }
}

export const areParentsOpen = (repository) => closedParents(repository).length === 0

export const openParents = (repository) => {
  const closed = closedParents(repository)
  if (closed.length === 0) return
  for (const folder of closed) chmodSync(folder, (statSync(folder).mode & 0o7777) | 0o011)
  say(
    `Opened for passing through (chmod o+x), so that projects under their own users reach Postgres: ${closed.join(', ')}`,
  )
}
