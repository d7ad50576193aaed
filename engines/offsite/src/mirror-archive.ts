// Brings the bucket up to date with one archive: what is new goes there, what the archive's own retention has let go is
// removed. The log goes before the backups that need it, and the ledger last.

import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Place, textOf } from './place.ts'
import { readList, sendBackup } from './send-backup.ts'

export type Mirrored = { readonly put: number; readonly removed: number }

type Task = {
  readonly place: Place
  /** The archive's folder. */
  readonly folder: string
  /** Its name in the bucket: the branch's ref. */
  readonly name: string
  /** What was found there before and what was put since; kept by the caller between two calls. */
  readonly known: Map<string, string>
  readonly signal?: AbortSignal
}

const SEGMENT = /^[0-9A-F]{24}$/
const bare = (file: string): string => file.replace(/\.gz$/, '')

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

const listFolder = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error) => {
    if (isGone(error)) return []
    throw error
  })

/** A file that was compressed or let go meanwhile is looked at the next time. */
const unlessGone = async (work: () => Promise<void>): Promise<boolean> => {
  try {
    await work()
    return true
  } catch (error) {
    if (isGone(error) || isGone((error as Error).cause)) return false
    throw error
  }
}

const mirrorLog = async ({ place, folder, name, known, signal }: Task): Promise<number> => {
  let put = 0
  const files = (await listFolder(join(folder, 'wal'))).filter((file) => /^[0-9A-F]{8}/.test(file)).sort()
  for (const file of files) {
    const key = `archive/${name}/wal/${bare(file)}`
    const path = join(folder, 'wal', file)
    // The end of a timeline that was left may be written again.
    const version = file.endsWith('.tail') ? String((await stat(path)).mtimeMs) : ''
    if (known.get(key) === version) continue
    const isZipped = file.endsWith('.gz')
    const isPut = await unlessGone(async () => {
      await stat(path)
      await place.put(key, createReadStream(path), { isZipped, ...(signal && { signal }) })
    })
    if (!isPut) continue
    known.set(key, version)
    put += 1
  }
  return put
}

const piecePrefixOf = (name: string): string => `archive/${name}/pieces/`
const listNameOf = (name: string, id: string): string => `archive/${name}/base/${id}.json`

const mirrorBackups = async ({ place, folder, name, known, signal }: Task): Promise<number> => {
  let put = 0
  for (const id of (await listFolder(join(folder, 'base'))).filter((one) => !one.startsWith('.')).sort()) {
    const listName = listNameOf(name, id)
    if (known.has(listName)) continue
    const isPut = await unlessGone(() =>
      sendBackup({
        place,
        root: join(folder, 'base', id),
        listName,
        piecePrefix: piecePrefixOf(name),
        has: (piece) => known.has(piece),
        onPut: (piece) => known.set(piece, ''),
        signal,
      }),
    )
    if (!isPut) continue
    known.set(listName, '')
    put += 1
  }
  return put
}

const mirrorNotes = async ({ place, folder, name, known }: Task): Promise<number> => {
  let put = 0
  for (const file of ['vault.sealed', 'ledger.json']) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => undefined)
    const key = `archive/${name}/${file}`
    if (text === undefined || known.get(key) === text) continue
    await place.put(key, textOf(text))
    known.set(key, text)
    put += 1
  }
  return put
}

/** Keys of what the archive has let go. An archive without a backup says nothing about what is needed. */
const findUnneeded = async ({ folder, name, known }: Task): Promise<readonly string[]> => {
  const ids = (await listFolder(join(folder, 'base'))).filter((one) => !one.startsWith('.')).sort()
  const [oldestId] = ids
  if (oldestId === undefined) return []
  const numbers = (await listFolder(join(folder, 'wal')))
    .map(bare)
    .filter((file) => SEGMENT.test(file))
    .map((file) => file.slice(8))
    .sort()
  const isOld = (key: string): boolean => {
    const [, , kind, file = ''] = key.split('/')
    if (kind === 'base') return file < `${oldestId}.json` && !ids.includes(file.replace(/\.json$/, ''))
    const number = file.slice(8, 24)
    return (
      kind === 'wal' && SEGMENT.test(file.slice(0, 24)) && numbers[0] !== undefined && number < numbers[0]
    )
  }
  return [...known.keys()].filter((key) => key.startsWith(`archive/${name}/`) && isOld(key))
}

/** Pieces that no backup in the bucket needs any more. */
const findUnneededPieces = async ({ place, name, known }: Task): Promise<readonly string[]> => {
  const prefix = piecePrefixOf(name)
  const needed = new Set<string>()
  for (const listName of [...known.keys()].filter((key) => key.startsWith(`archive/${name}/base/`)))
    for (const { pieces } of (await readList(place, listName)).groups)
      for (const piece of pieces) needed.add(prefix + piece)
  return [...known.keys()].filter((key) => key.startsWith(prefix) && !needed.has(key))
}

const remove = async ({ place, known }: Task, keys: readonly string[]): Promise<void> => {
  if (keys.length > 0) await place.remove(keys)
  for (const key of keys) known.delete(key)
}

/** Learns what is there already; once, before the first mirroring. */
const learn = async ({ place, name, known }: Task): Promise<void> => {
  if (known.size > 0) return
  for (const key of await place.list(`archive/${name}/`)) known.set(key, '')
}

export const mirrorArchive = async (task: Task): Promise<Mirrored> => {
  await learn(task)
  const put = (await mirrorLog(task)) + (await mirrorBackups(task)) + (await mirrorNotes(task))
  const unneeded = await findUnneeded(task)
  await remove(task, unneeded)
  // A backup's list goes before its pieces: what is listed is whole.
  if (unneeded.some((key) => key.includes('/base/'))) await remove(task, await findUnneededPieces(task))
  return { put, removed: unneeded.length }
}
