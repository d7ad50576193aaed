// An installation's own part of a bucket: below a prefix, and below that a name made from its key, so that two
// installations never meet, and whoever has the key finds what was lost.

import { createHash, createHmac } from 'node:crypto'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { isPlinthError } from '@plinth/errors'
import type { Bucket } from './bucket.ts'
import { offsiteErrors } from './errors.ts'
import { isPassing, refusalOf } from './explain-refusal.ts'
import { sealing, unsealing } from './sealed-stream.ts'

export type Place = {
  /** Names below `prefix`. */
  readonly list: (prefix: string) => Promise<readonly string[]>
  /** Compressed already or not, it is sealed before it leaves. */
  readonly put: (
    name: string,
    body: Readable,
    how?: { readonly isZipped?: boolean; readonly signal?: AbortSignal | undefined },
  ) => Promise<void>
  /** Writes the plain bytes (`zipped`: still compressed) into what `open` gives, anew at each try; fails when they are
   *  not what was put. */
  readonly get: (
    name: string,
    open: () => NodeJS.WritableStream,
    how?: { readonly zipped?: boolean },
  ) => Promise<void>
  /** The plain bytes of what is small. */
  readonly read: (name: string) => Promise<Buffer>
  readonly remove: (names: readonly string[]) => Promise<void>
  /** A name for these bytes that tells nobody without the key what they are. */
  readonly digest: (bytes: Buffer) => string
}

const TRIES = 5
const PAUSE_MS = 200

/** A connection can be lost in the middle of an answer, where the SDK does not try again. */
const tryAgain = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === TRIES || !isPassing((error as Error).cause)) throw error
      await delay(PAUSE_MS * 2 ** tries)
    }
  }
}

export const openPlace = (bucket: Bucket, key: Buffer, prefix = ''): Place => {
  const root = `${prefix}${createHash('sha256').update(key).update('offsite').digest('hex').slice(0, 16)}/`
  const fetchInto = async (name: string, to: NodeJS.WritableStream, zipped: boolean): Promise<void> => {
    const unsealed = unsealing(key, name, () => offsiteErrors.damaged(name))
    const body = await bucket.get(root + name)
    try {
      await (zipped ? pipeline(body, unsealed, to) : pipeline(body, unsealed, createGunzip(), to))
    } catch (error) {
      throw isPlinthError(error) || !isPassing(error) ? error : refusalOf(bucket.name, error)
    }
  }
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
    get: (name, open, { zipped = false } = {}) => tryAgain(() => fetchInto(name, open(), zipped)),
    read: (name) =>
      tryAgain(async () => {
        const into = new PassThrough()
        const [bytes] = await Promise.all([buffer(into), fetchInto(name, into, false)])
        return bytes
      }),
    remove: (names) => bucket.remove(names.map((name) => root + name)),
    digest: (bytes) => createHmac('sha256', key).update(bytes).digest('hex').slice(0, 40),
  }
}

export const textOf = (text: string): Readable => Readable.from([Buffer.from(text)])
