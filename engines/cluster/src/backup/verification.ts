// What came of verifying a backup, kept with it.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '../durable-file.ts'
import type { Archive } from './archive.ts'

export type Verification = {
  readonly at: string
  /** Whether it could be restored, started and read. */
  readonly isGood: boolean
  /** What is wrong with it. */
  readonly reason?: string
}

const fileOf = (archive: Archive, id: string): string => join(archive.base, id, 'verification.json')

/** `undefined` while it was not tried. */
export const readVerification = async (archive: Archive, id: string): Promise<Verification | undefined> => {
  const text = await readFile(fileOf(archive, id), 'utf8').catch(() => undefined)
  // Written by us, in a folder that is ours alone.
  return text === undefined ? undefined : (JSON.parse(text) as Verification)
}

export const writeVerification = (archive: Archive, id: string, found: Verification): Promise<void> =>
  writeDurably(fileOf(archive, id), JSON.stringify(found))
