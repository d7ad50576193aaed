// The log of one database goes to the bucket piece by piece, in its order: what the archive has and the bucket has not.

import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { isTail, ofPresent, parseObject, pushedName } from './log-names.ts'
import type { Place } from './place.ts'
import type { Database, Repository } from './repository.ts'
import { DATABASES } from './repository-settings.ts'

/** What the bucket has of a stanza's present database; learnt once, then kept by whoever sends. */
export type Sent = {
  /** Whether there is a stanza. */
  isThere: boolean
  /** Names of the log, with the objects that hold them. */
  readonly log: Map<string, string>
  /** Tails as they were last seen here. */
  readonly tails: Map<string, number>
}

export type LogTask = {
  readonly repository: Repository
  readonly place: Place
  /** Name of the stanza. */
  readonly stanza: string
  /** `wal` of the archive. */
  readonly wal: string
  /** Whose log it is. */
  readonly database: Database
  readonly sent: Sent
  readonly signal?: AbortSignal | undefined
}

const folderOf = (stanza: string): string => `${DATABASES}archive/${stanza}/`

export const learnSent = async (place: Place, stanza: string): Promise<Sent> => {
  const objects = await place.list(folderOf(stanza))
  const log = new Map(ofPresent(objects).map((object) => [parseObject(object).name, object]))
  return { isThere: objects.some((object) => object.endsWith('/archive.info')), log, tails: new Map() }
}

type Piece = { readonly name: string; readonly file: string }

const listPieces = async ({ wal }: LogTask): Promise<readonly Piece[]> => {
  const files = await readdir(wal).catch((): string[] => [])
  const pieces = new Map<string, Piece>()
  // Kept twice for a moment, it is the same in both forms; the plain one sorts first and needs no unpacking.
  for (const file of files.sort().reverse()) {
    const name = pushedName(file)
    if (name !== undefined) pieces.set(name, { name, file: join(wal, file) })
  }
  return [...pieces.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

const digestOf = async (file: string): Promise<string> =>
  createHash('sha1')
    .update(await readFile(file))
    .digest('hex')

/** The end of a timeline may be left again, further on: then it replaces the one that was sent. */
const isNewTail = async ({ place, stanza, sent }: LogTask, { name, file }: Piece): Promise<boolean> => {
  const seen = await stat(file).catch(() => undefined)
  if (!seen || sent.tails.get(name) === seen.mtimeMs) return false
  const object = sent.log.get(name)
  if (object === undefined) return true
  if (object !== '' && parseObject(object).digest === (await digestOf(file))) return false
  const objects = ofPresent(await place.list(folderOf(stanza)))
  await place.remove(objects.filter((one) => parseObject(one).name === name))
  return true
}

const push = async (task: LogTask, { name, file }: Piece): Promise<void> => {
  const { repository, stanza, signal } = task
  const isPlain = file.endsWith(`/${name}`)
  if (isPlain) return repository.push(stanza, file, { signal })
  const folder = join(repository.unpacked, stanza)
  await mkdir(folder, { recursive: true })
  const plain = join(folder, name)
  try {
    const [from, to] = [createReadStream(file), createWriteStream(plain, { mode: 0o600 })]
    await (file.endsWith('.gz') ? pipeline(from, createGunzip(), to) : pipeline(from, to))
    await repository.push(stanza, plain, { signal })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const isGone = (file: string): Promise<boolean> =>
  stat(file).then(
    () => false,
    () => true,
  )

const ensureAndPush = async (task: LogTask, piece: Piece): Promise<void> => {
  const { repository, stanza, database, sent, signal } = task
  if (!sent.isThere) await repository.ensure(stanza, database, { signal })
  sent.isThere = true
  await push(task, piece)
}

/** Whether it went; one that retention took in this moment is not missed. */
const send = async (task: LogTask, piece: Piece): Promise<boolean> => {
  const { sent, signal } = task
  const { name, file } = piece
  const isNew = isTail(name) ? await isNewTail(task, piece) : !sent.log.has(name)
  if (!isNew) return false
  signal?.throwIfAborted()
  const seen = await stat(file).catch(() => undefined)
  try {
    await ensureAndPush(task, piece)
  } catch (error) {
    if (await isGone(file)) return false
    throw error
  }
  sent.log.set(name, '')
  if (isTail(name) && seen) sent.tails.set(name, seen.mtimeMs)
  return true
}

/** Gives back how many pieces went. */
export const sendLog = async (task: LogTask): Promise<number> => {
  const { log } = task.sent
  const pieces = await listPieces(task)
  let count = 0
  for (const piece of pieces) if (await send(task, piece)) count += 1
  // What retention took here is not asked for again.
  const names = new Set(pieces.map(({ name }) => name))
  for (const name of log.keys()) if (!names.has(name)) log.delete(name)
  return count
}
