// Streams sealed with the installation key: AES-256-GCM under a key of their own, derived for each object.
// Layout: version (1 byte), salt (16), ciphertext, tag (16).

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { Transform } from 'node:stream'

const VERSION = 1
const SALT_BYTES = 16
const TAG_BYTES = 16
const HEAD_BYTES = 1 + SALT_BYTES

/** A key is used for one object only, so its nonce may be fixed. */
const nonce = Buffer.alloc(12)
const keyOf = (key: Buffer, salt: Buffer, name: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, `plinth offsite ${name}`, 32))

/** The name is bound to the bytes: one object cannot be passed off as another. */
export const sealing = (key: Buffer, name: string): Transform => {
  const salt = randomBytes(SALT_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyOf(key, salt, name), nonce)
  let isBegun = false
  const begin = (stream: Transform): void => {
    if (!isBegun) stream.push(Buffer.concat([Buffer.from([VERSION]), salt]))
    isBegun = true
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      begin(this)
      done(null, cipher.update(chunk))
    },
    flush(done) {
      begin(this)
      this.push(cipher.final())
      done(null, cipher.getAuthTag())
    },
  })
}

/** Fails at the end when a single bit was changed: until then nothing that came out may be believed. */
export const unsealing = (key: Buffer, name: string, fail: () => Error): Transform => {
  let held = Buffer.alloc(0)
  let decipher: ReturnType<typeof createDecipheriv> | undefined
  const open = (): void => {
    if (decipher !== undefined || held.length < HEAD_BYTES) return
    if (held[0] !== VERSION) throw fail()
    decipher = createDecipheriv('aes-256-gcm', keyOf(key, held.subarray(1, HEAD_BYTES), name), nonce)
    held = held.subarray(HEAD_BYTES)
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        held = Buffer.concat([held, chunk])
        open()
        // The last bytes may be the tag.
        const ready = decipher ? held.length - TAG_BYTES : 0
        if (ready <= 0) return done()
        const plain = decipher?.update(held.subarray(0, ready))
        held = held.subarray(ready)
        done(null, plain)
      } catch (error) {
        done(error as Error)
      }
    },
    flush(done) {
      try {
        if (decipher === undefined || held.length !== TAG_BYTES)
          throw fail()
          // Node's types know the tag only of the ciphers that have one.
        ;(decipher as ReturnType<typeof createDecipheriv> & { setAuthTag(tag: Buffer): void }).setAuthTag(
          held,
        )
        done(null, decipher.final())
      } catch {
        done(fail())
      }
    },
  })
}
