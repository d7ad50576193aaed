// The way back: everything of an installation, from the bucket into a data folder.

import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { PassThrough, type Writable } from 'node:stream'
import type { Place } from './place.ts'

export type FetchOptions = {
  readonly place: Place
  /** The data folder. */
  readonly data: string
  readonly onProgress?: (done: number, total: number) => void
}

const fetchFile = async (place: Place, name: string, file: string, zipped = false): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o711 })
  const draft = `${file}.new`
  await place.get(name, createWriteStream(draft, { mode: 0o600 }), { zipped })
  await rename(draft, file)
}

/** A program may end before it was told of the end. What is left is read all the same: only its end proves the whole. */
const drainedInto = (input: Writable): Writable => {
  const bytes = new PassThrough()
  input.on('error', () => undefined).once('close', () => bytes.resume())
  bytes.pipe(input)
  return bytes
}

/** Unpacked beside: what was changed in the bucket is found out at its end, and must not stay. */
const fetchBackup = async (place: Place, name: string, base: string): Promise<void> => {
  const id = name.replace(/^.*\/|\.tar$/g, '')
  const beside = join(base, `.tmp-${id}`)
  await mkdir(beside, { recursive: true, mode: 0o711 })
  try {
    const child = spawn('tar', ['-C', beside, '-xpf', '-'], { stdio: ['pipe', 'ignore', 'ignore'] })
    const ended = new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`tar ended with ${code}`))))
    })
    ended.catch(() => undefined)
    await place.get(name, drainedInto(child.stdin))
    await ended
    await rename(join(beside, id), join(base, id))
  } finally {
    await rm(beside, { recursive: true, force: true })
  }
}

const placeOf = async ({ place, data }: FetchOptions, name: string): Promise<void> => {
  const [kind, ...rest] = name.split('/')
  const path = rest.join('/')
  // Sealed by us, yet no name leads out of the folder.
  if (normalize(path) !== path || path.startsWith('..')) return
  if (kind === 'files') return fetchFile(place, name, join(data, path))
  if (kind !== 'archive') return
  const file = join(data, 'archive', path)
  const [, part] = rest
  if (part === 'base') return fetchBackup(place, name, dirname(file))
  const isSegment = part === 'wal' && !file.endsWith('.tail')
  return fetchFile(place, name, isSegment ? `${file}.gz` : file, isSegment)
}

/** Gives back how many objects there were; 0 when the bucket knows nothing of this installation. */
export const fetchAll = async (options: FetchOptions): Promise<number> => {
  const names = await options.place.list('')
  let done = 0
  for (const name of names) {
    await placeOf(options, name)
    done += 1
    options.onProgress?.(done, names.length)
  }
  return names.length
}
