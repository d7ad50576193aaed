// What one bucket holds, with the rules of S3 that a client can run into: an object is there as a whole or not at all, a
// part but the last has at least five megabytes, a list has pages.

import { createHash, randomBytes } from 'node:crypto'
import { Refusal } from './refusal.ts'

/** Names of objects; with a delimiter, those below a common one are one, which ends with it. */
export type Page = { readonly names: readonly string[]; readonly next: string | undefined }

export type Listing = {
  readonly prefix: string
  readonly delimiter: string
  readonly after: string
  readonly size: number
}

const MIN_PART_BYTES = 5 * 2 ** 20
const etagOf = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`

export type Part = { readonly number: number; readonly etag: string }

export class Objects {
  readonly kept = new Map<string, Buffer>()
  /** Begun and not finished; id → key and parts. */
  readonly uploads = new Map<string, { readonly key: string; readonly parts: Map<number, Buffer> }>()

  put(key: string, bytes: Buffer): string {
    this.kept.set(key, bytes)
    return etagOf(bytes)
  }

  get(key: string): Buffer {
    const bytes = this.kept.get(key)
    if (!bytes) throw new Refusal('NoSuchKey', 'The specified key does not exist.')
    return bytes
  }

  list({ prefix, delimiter, after, size }: Listing): Page {
    const nameOf = (key: string): string => {
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
      return end < 0 ? key : key.slice(0, end + delimiter.length)
    }
    const keys = [...this.kept.keys()].filter((key) => key.startsWith(prefix))
    const all = [...new Set(keys.map(nameOf))].filter((name) => name > after).sort()
    const names = all.slice(0, size)
    return { names, next: all.length > names.length ? names.at(-1) : undefined }
  }

  begin(key: string): string {
    const id = randomBytes(16).toString('hex')
    this.uploads.set(id, { key, parts: new Map() })
    return id
  }

  #upload(id: string) {
    const upload = this.uploads.get(id)
    if (!upload) throw new Refusal('NoSuchUpload', 'The specified upload does not exist.')
    return upload
  }

  putPart(id: string, number: number, bytes: Buffer): string {
    this.#upload(id).parts.set(number, bytes)
    return etagOf(bytes)
  }

  finish(id: string, parts: readonly Part[]): string {
    const { key, parts: kept } = this.#upload(id)
    const pieces = parts.map(({ number, etag }, index) => {
      const bytes = kept.get(number)
      if (!bytes || etagOf(bytes) !== etag) throw new Refusal('InvalidPart', 'A part could not be found.')
      if (index > 0 && number <= (parts[index - 1]?.number ?? 0))
        throw new Refusal('InvalidPartOrder', 'The parts were not in ascending order.')
      if (index < parts.length - 1 && bytes.length < MIN_PART_BYTES)
        throw new Refusal('EntityTooSmall', 'A part is smaller than the minimum.')
      return bytes
    })
    this.uploads.delete(id)
    return this.put(key, Buffer.concat(pieces))
  }

  abort(id: string): void {
    this.#upload(id)
    this.uploads.delete(id)
  }
}
