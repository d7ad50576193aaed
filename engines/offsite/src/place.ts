// An installation's own part of a bucket: below a prefix, and below that a name made from its key, so that two
// installations never meet, and whoever has the key finds what was lost.

import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { Bucket } from './bucket.ts'
import { offsiteErrors } from './errors.ts'
import { sealing, unsealing } from './sealed-stream.ts'

export type Place = {
  /** Names below `prefix`. */
  readonly list: (prefix: string) => Promise<readonly string[]>
  /** Compressed already or not, it is sealed before it leaves. */
  readonly put: (
    name: string,
    body: Readable,
    how?: { readonly isZipped?: boolean; readonly signal?: AbortSignal },
  ) => Promise<void>
  /** Writes the plain bytes (`zipped`: still compressed) into `to`; fails when they are not what was put. */
  readonly get: (
    name: string,
    to: NodeJS.WritableStream,
    how?: { readonly zipped?: boolean },
  ) => Promise<void>
  readonly remove: (names: readonly string[]) => Promise<void>
}

export const openPlace = (bucket: Bucket, key: Buffer, prefix = ''): Place => {
  const root = `${prefix}${createHash('sha256').update(key).update('offsite').digest('hex').slice(0, 16)}/`
  return {
    list: async (below) => (await bucket.list(root + below)).map((name) => name.slice(root.length)),
    put: async (name, body, { isZipped = false, signal } = {}) => {
      const sealed = sealing(key, name)
      const flowing = isZipped ? pipeline(body, sealed) : pipeline(body, createGzip({ level: 1 }), sealed)
      // A source that breaks also breaks the upload, by ending the stream with its error.
      flowing.catch(() => undefined)
      await bucket.put(root + name, sealed, signal)
      await flowing
    },
    get: async (name, to, { zipped = false } = {}) => {
      const unsealed = unsealing(key, name, () => offsiteErrors.damaged(name))
      const body = await bucket.get(root + name)
      await (zipped ? pipeline(body, unsealed, to) : pipeline(body, unsealed, createGunzip(), to))
    },
    remove: (names) => bucket.remove(names.map((name) => root + name)),
  }
}

export const textOf = (text: string): Readable => Readable.from([Buffer.from(text)])
