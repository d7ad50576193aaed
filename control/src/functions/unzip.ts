// Reads a zip archive in memory: its central directory, stored and deflated entries. No more than the limit is
// ever unpacked, whatever the archive says of itself.

import { inflateRawSync } from 'node:zlib'
import { errors } from './errors.ts'

const local = 0x04034b50
const central = 0x02014b50
const end = 0x06054b50
const endBytes = 22
const longestComment = 65_535

export const isZip = (bytes: Buffer): boolean => bytes.length >= 4 && bytes.readUInt32LE(0) === local

const findEnd = (zip: Buffer): number => {
  const first = Math.max(0, zip.length - endBytes - longestComment)
  for (let at = zip.length - endBytes; at >= first; at--) {
    if (zip.readUInt32LE(at) === end) return at
  }
  throw errors.badZip('it is cut short')
}

type Entry = {
  readonly path: string
  readonly method: number
  readonly packed: number
  readonly size: number
  readonly at: number
}

const readEntry = (zip: Buffer, at: number): { readonly entry: Entry; readonly next: number } => {
  if (zip.readUInt32LE(at) !== central) throw errors.badZip('its directory is damaged')
  const nameBytes = zip.readUInt16LE(at + 28)
  const next = at + 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  const entry = {
    path: zip.toString('utf8', at + 46, at + 46 + nameBytes),
    method: zip.readUInt16LE(at + 10),
    packed: zip.readUInt32LE(at + 20),
    size: zip.readUInt32LE(at + 24),
    at: zip.readUInt32LE(at + 42),
  }
  return { entry, next }
}

const readContent = (zip: Buffer, entry: Entry, most: number): Buffer => {
  if (entry.size > most) throw errors.tooLarge(Math.floor(most / 1024 / 1024))
  // Name and extra field stand twice, and may differ in length.
  const start = entry.at + 30 + zip.readUInt16LE(entry.at + 26) + zip.readUInt16LE(entry.at + 28)
  const packed = zip.subarray(start, start + entry.packed)
  if (entry.method === 0) return packed
  if (entry.method !== 8) throw errors.badZip(`it packs ${entry.path} in a way that is not known here`)
  return inflateRawSync(packed, { maxOutputLength: Math.max(entry.size, 1) })
}

type Unpacked = { readonly path: string; readonly bytes: Buffer }

const unpack = (zip: Buffer, limit: number): readonly Unpacked[] => {
  const directory = findEnd(zip)
  const files: Unpacked[] = []
  let at = zip.readUInt32LE(directory + 16)
  let left = limit
  for (let count = zip.readUInt16LE(directory + 10); count > 0; count--) {
    const { entry, next } = readEntry(zip, at)
    at = next
    if (entry.path.endsWith('/')) continue
    const bytes = readContent(zip, entry, left)
    left -= bytes.length
    files.push({ path: entry.path, bytes })
  }
  return files
}

export const unzip = (zip: Buffer, limit: number): readonly Unpacked[] => {
  try {
    return unpack(zip, limit)
  } catch (error) {
    // A length that points outside, or packed bytes that are none.
    if (error instanceof RangeError || (error instanceof Error && 'code' in error && 'errno' in error))
      throw errors.badZip('it is damaged')
    throw error
  }
}
