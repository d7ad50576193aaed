// An installation's own part of a bucket: below a prefix, and below that a name made from its key, so that two
// installations never meet, and whoever has the key finds what was lost.

import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { isPlinthError } from '@plinth/errors'
import type { Bucket } from './bucket.ts'
import { offsiteErrors } from './errors.ts'
import { isPassing, refusalOf } from './explain-refusal.ts'
import { sealing, unsealing } from './sealed-stream.ts'

export type Place = {
  /** Where it begins in the bucket. */
  readonly root: string
  /** Names below `prefix`. */
  readonly list: (prefix: string) => Promise<readonly string[]>
  /** Compressed and sealed before it leaves. */
  readonly put: (name: string, body: Readable) => Promise<void>
  /** Writes the plain bytes into what `open` gives, anew at each try; fails when they are not what was put. */
  readonly get: (name: string, open: () => NodeJS.WritableStream) => Promise<void>
  readonly remove: (names: readonly string[]) => Promise<void>
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
  const fetchInto = async (name: string, to: NodeJS.WritableStream): Promise<void> => {
    const unsealed = unsealing(key, name, () => offsiteErrors.damaged(name))
    const body = await bucket.get(root + name)
    try {
      await pipeline(body, unsealed, createGunzip(), to)
    } catch (error) {
      throw isPlinthError(error) || !isPassing(error) ? error : refusalOf(bucket.name, error)
    }
  }
  return {
    root,
    list: async (below) => (await bucket.list(root + below)).map((name) => name.slice(root.length)),
    put: async (name, body) => {
      const sealed = sealing(key, name)
      const flowing = pipeline(body, createGzip({ level: 1 }), sealed)
      // A source that breaks also breaks the upload, by ending the stream with its error.
      flowing.catch(() => undefined)
      await bucket.put(root + name, sealed)
      await flowing
    },
    get: (name, open) => tryAgain(() => fetchInto(name, open())),
    remove: (names) => bucket.remove(names.map((name) => root + name)),
  }
}
