// A base backup goes to the bucket in pieces that are named by their content. What is there already, from the backup
// before or from a try that was cut short, is not sent again. The list of the pieces goes last: with it the backup is there.

import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { groupFiles, listTree, type PackedFile, type PackedFolder, PIECE_BYTES } from './group-files.ts'
import { type Place, textOf } from './place.ts'

export type BackupList = {
  readonly folders: readonly PackedFolder[]
  readonly groups: readonly {
    readonly files: readonly PackedFile[]
    /** One after another they are the content of the files, one after another. */
    readonly pieces: readonly string[]
  }[]
}

/** Sealed by us, so it is what was put. */
export const readList = async (place: Place, name: string): Promise<BackupList> =>
  JSON.parse((await place.read(name)).toString()) as BackupList

/** The bytes of these files in pieces of one size; the last is shorter. */
async function* readPieces(root: string, files: readonly PackedFile[]): AsyncGenerator<Buffer> {
  let piece = Buffer.allocUnsafe(PIECE_BYTES)
  let filled = 0
  for (const { path, size } of files) {
    const file = await open(join(root, path))
    try {
      for (let at = 0; at < size; ) {
        const { bytesRead } = await file.read(piece, filled, Math.min(PIECE_BYTES - filled, size - at), at)
        if (bytesRead === 0) throw new Error(`${path} became shorter while it was read.`)
        at += bytesRead
        filled += bytesRead
        if (filled < PIECE_BYTES) continue
        yield piece
        piece = Buffer.allocUnsafe(PIECE_BYTES)
        filled = 0
      }
    } finally {
      await file.close()
    }
  }
  if (filled > 0) yield piece.subarray(0, filled)
}

export type SendOptions = {
  readonly place: Place
  /** The backup's folder. */
  readonly root: string
  readonly listName: string
  /** Comes before the names of pieces. */
  readonly piecePrefix: string
  readonly has: (name: string) => boolean
  /** Called for each piece that is there now. */
  readonly onPut: (name: string) => void
  readonly signal?: AbortSignal | undefined
}

export const sendBackup = async (options: SendOptions): Promise<void> => {
  const { place, root, piecePrefix, has, onPut, signal } = options
  const { folders, files } = await listTree(root)
  const groups: BackupList['groups'][number][] = []
  for (const group of groupFiles(files)) {
    const pieces: string[] = []
    for await (const bytes of readPieces(root, group)) {
      signal?.throwIfAborted()
      const digest = place.digest(bytes)
      const name = piecePrefix + digest
      if (!has(name)) await place.put(name, Readable.from([bytes]), { signal })
      onPut(name)
      pieces.push(digest)
    }
    groups.push({ files: group, pieces })
  }
  const list: BackupList = { folders, groups }
  await place.put(options.listName, textOf(JSON.stringify(list)), { signal })
}
