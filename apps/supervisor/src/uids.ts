// A system user of its own for each branch: a bare number without an account, kept as long as the branch lives.
// Only root can give them out; under any other user everything runs as that user.

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { writeDurably } from '@plinth/cluster'

const FIRST = 700_001
/** Each installation has a block of its own, so that branches of two on one host never share a user. */
const BLOCK = 10_000
const BLOCKS = 10_000

const firstOf = (file: string): number =>
  FIRST + BLOCK * (createHash('sha256').update(file).digest().readUInt32BE() % BLOCKS)

export type Uids = {
  /** The branch's number, given out now if it has none; `undefined` when we are not root. */
  readonly ensure: (name: string) => Promise<number | undefined>
  readonly find: (name: string) => number | undefined
  /** Everybody who has a number. */
  readonly names: () => readonly string[]
  /** Gives the number back. Only when nothing on this host belongs to it any more. */
  readonly release: (name: string) => Promise<void>
}

const noUids: Uids = {
  ensure: async () => undefined,
  find: () => undefined,
  names: () => [],
  release: async () => undefined,
}

const read = async (file: string): Promise<Map<string, number>> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}'
    throw error
  })
  return new Map(Object.entries(JSON.parse(text) as Record<string, number>))
}

export const openUids = async (file: string, isRoot = process.getuid?.() === 0): Promise<Uids> => {
  if (!isRoot) return noUids
  const taken = await read(file)
  let writing: Promise<void> = Promise.resolve()
  /** One write after the other; each writes what is true when its turn comes. */
  const save = (): Promise<void> => {
    writing = writing
      .catch(() => undefined)
      .then(() => writeDurably(file, JSON.stringify(Object.fromEntries(taken))))
    return writing
  }
  const free = (): number => {
    const numbers = new Set(taken.values())
    let uid = firstOf(file)
    while (numbers.has(uid)) uid += 1
    return uid
  }
  return {
    ensure: async (name) => {
      const known = taken.get(name)
      if (known !== undefined) return known
      const uid = free()
      taken.set(name, uid)
      await save()
      return uid
    },
    find: (name) => taken.get(name),
    names: () => [...taken.keys()],
    release: async (name) => {
      if (taken.delete(name)) await save()
    },
  }
}
