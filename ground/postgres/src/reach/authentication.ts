// Answers the server's requests for authentication: none, SCRAM-SHA-256, and for old servers and poolers MD5 and
// the password itself.

import { createHash } from 'node:crypto'
import { readCString, readInt32 } from '../line/bytes.ts'
import type { Wire } from '../line/wire.ts'
import { type Scram, startScram } from './scram.ts'

type Login = { readonly user: string; readonly password: string }

const md5 = (...parts: readonly (string | Buffer)[]): string => {
  const hash = createHash('md5')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

const listMechanisms = (bytes: Buffer, start: number, end: number): readonly string[] => {
  const names: string[] = []
  for (let at = start; at < end - 1; ) {
    const { text, next } = readCString(bytes, at)
    names.push(text)
    at = next
  }
  return names
}

/** Takes the bodies of the server's authentication messages. Throws for a way it does not know. */
export const makeAuthentication = (wire: Wire, { user, password }: Login) => {
  let scram: Scram | undefined
  const sendPassword = (text: string): void => {
    wire.writer.password(text)
    wire.send()
  }
  const beginScram = (): void => {
    scram = startScram(password)
    wire.writer.saslInitial(scram.mechanism, scram.first)
    wire.send()
  }
  const answerScram = (known: Scram, challenge: string): void => {
    known.answer(challenge).then(
      (answer) => {
        wire.writer.saslResponse(answer)
        wire.send()
      },
      (error: unknown) => wire.destroy(error),
    )
  }
  const continueScram = (known: Scram, isLast: boolean, text: string): void => {
    if (isLast) known.verify(text)
    else answerScram(known, text)
  }
  return (bytes: Buffer, start: number, end: number): void => {
    const method = readInt32(bytes, start)
    if (method === 0) return
    if (method === 3) sendPassword(password)
    else if (method === 5)
      sendPassword(`md5${md5(md5(password, user), bytes.subarray(start + 4, start + 8))}`)
    else if (method === 10 && listMechanisms(bytes, start + 4, end).includes('SCRAM-SHA-256')) beginScram()
    else if ((method === 11 || method === 12) && scram !== undefined)
      continueScram(scram, method === 12, bytes.toString('utf8', start + 4, end))
    else throw new Error(`The server wants an authentication (${method}) that this client does not offer.`)
  }
}
