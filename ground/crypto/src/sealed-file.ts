// Secrets in files of the installation's data folder: sealed with its key, which has a file of its own. A file from
// before they were sealed is read once more and sealed.

import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { seal, unseal } from './seal.ts'

/** What `seal` makes is one word; PEM and JSON are not. */
const sealed = /^[A-Za-z0-9_-]+$/

const orNothing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === 'ENOENT') return undefined
  throw error
}

/** For its owner only, and whole or not at all. Answers where it lies until it is put in place. */
const writeDraft = async (file: string, key: Buffer, text: string): Promise<string> => {
  const draft = `${file}.${randomBytes(4).toString('hex')}.new`
  await writeFile(draft, seal(key, text), { mode: 0o600, flush: true })
  return draft
}

export const writeSealedFile = async (file: string, key: Buffer, text: string): Promise<void> =>
  rename(await writeDraft(file, key, text), file)

/** `undefined` when there is no such file; throws when it was sealed with another key. */
export const readSealedFile = async (file: string, key: Buffer): Promise<string | undefined> => {
  const text = await readFile(file, 'utf8').catch(orNothing)
  if (text === undefined) return undefined
  if (sealed.test(text)) return unseal(key, text).toString('utf8')
  await writeSealedFile(file, key, text)
  return text
}

/** What the file says, or `make` when there is none: processes that begin together end up with the same. */
export const ensureSealedFile = async (file: string, key: Buffer, make: () => string): Promise<string> => {
  const there = await readSealedFile(file, key)
  if (there !== undefined) return there
  const made = make()
  const draft = await writeDraft(file, key, made)
  try {
    await link(draft, file)
    return made
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return (await readSealedFile(file, key)) ?? made
  } finally {
    await rm(draft)
  }
}

/** The installation key: 32 bytes, as 64 hexadecimal digits in a file. */
export const readInstallationKey = async (file: string): Promise<Buffer> => {
  const text = (await readFile(file, 'utf8')).trim()
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new Error(`${file} must hold 64 hexadecimal digits.`)
  return Buffer.from(text, 'hex')
}
