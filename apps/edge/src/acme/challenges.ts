// What an ACME authority wants to find at a name (HTTP-01, RFC 8555 §8.3), kept as files: whichever process of the
// entrance it asks can answer.

import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export type Challenge = { readonly host: string; readonly answer: string }

export type Challenges = {
  readonly show: (token: string, challenge: Challenge) => Promise<void>
  readonly hide: (token: string) => Promise<void>
  /** What to answer to a request for this path at this host. */
  readonly find: (host: string, path: string) => Promise<string | undefined>
  /** Removes what a process left that was ended in the middle. */
  readonly clean: () => Promise<void>
}

export const challengePrefix = '/.well-known/acme-challenge/'

/** Base64url: such a name leads to no other folder. */
const token = /^[A-Za-z0-9_-]{1,200}$/
const forgottenMs = 3_600_000

export const openChallenges = (folder: string): Challenges => {
  const fileOf = (name: string): string => {
    if (!token.test(name)) throw new Error('The certificate authority sent a token that is none.')
    return join(folder, name)
  }
  return {
    show: async (name, challenge) => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeFile(fileOf(name), JSON.stringify(challenge), { mode: 0o600 })
    },
    hide: (name) => rm(fileOf(name), { force: true }),
    find: async (host, path) => {
      const name = path.slice(challengePrefix.length)
      if (!token.test(name)) return undefined
      const text = await readFile(fileOf(name), 'utf8').catch(() => undefined)
      if (text === undefined) return undefined
      const challenge = JSON.parse(text) as Challenge
      return challenge.host === host ? challenge.answer : undefined
    },
    clean: async () => {
      for (const name of await readdir(folder).catch(() => [])) {
        const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Date.now() }))
        if (Date.now() - mtimeMs > forgottenMs) await rm(join(folder, name), { force: true })
      }
    },
  }
}
