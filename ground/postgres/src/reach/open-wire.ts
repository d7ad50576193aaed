// From nothing to a connection that has been let in: the first of the ways to the server that leads there.

import { cannotConnect, DatabaseError } from '../database-error.ts'
import { readCString, readInt32 } from '../line/bytes.ts'
import { readError } from '../line/decode.ts'
import { bytesOf, plainBytes, Wire } from '../line/wire.ts'
import { type Attempt, listAttempts, mayTryElsewhere, mayTryOtherwise } from './attempts.ts'
import { makeAuthentication } from './authentication.ts'
import type { Backend } from './cancel.ts'
import { openSocket } from './open-socket.ts'
import type { ConnectOptions } from './place.ts'
import { fits, serverKinds } from './server-kind.ts'

export type WireOptions = ConnectOptions & {
  readonly applicationName: string
  /** Settings the connection starts with. */
  readonly parameters: Readonly<Record<string, string>>
}

export type OpenedWire = {
  readonly wire: Wire
  readonly backend: Backend
  /** The way that led here; a cancel takes it too. */
  readonly attempt: Attempt
  /** What the server said about itself. */
  readonly told: ReadonlyMap<string, string>
}

const usualConnectMs = 10_000

const start = (wire: Wire, attempt: Attempt, options: WireOptions): Promise<OpenedWire> =>
  new Promise((resolve, reject) => {
    const authenticate = makeAuthentication(wire, options)
    const told = new Map<string, string>()
    let backend: Backend = { pid: 0, key: Buffer.alloc(0) }
    wire.handle((type, bytes, start, end) => {
      if (type === 0x52) authenticate(bytes, start, end)
      else if (type === 0x45) wire.destroy(readError(bytes, start))
      else if (type === 0x4b)
        backend = { pid: readInt32(bytes, start), key: Buffer.from(bytes.subarray(start + 4, end)) }
      else if (type === 0x53) {
        const { text, next } = readCString(bytes, start)
        told.set(text, readCString(bytes, next).text)
      } else if (type === 0x5a) resolve({ wire, backend, attempt, told })
    }, reject)
    wire.writer.startup({
      user: options.user,
      database: options.database,
      application_name: options.applicationName,
      client_encoding: 'UTF8',
      ...options.parameters,
    })
    wire.send()
  })

const openAt = async (attempt: Attempt, options: WireOptions): Promise<OpenedWire> => {
  const ms = options.connectMs ?? usualConnectMs
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(new Error(`No answer within ${ms} ms.`)), ms)
  try {
    const bytes =
      attempt.tls === undefined
        ? plainBytes(attempt.address)
        : bytesOf(await openSocket(attempt, giveUp.signal))
    const wire = new Wire(bytes)
    giveUp.signal.addEventListener('abort', () => wire.destroy(giveUp.signal.reason))
    return await start(wire, attempt, options)
  } finally {
    clearTimeout(timer)
  }
}

/** The ways to one place, until one is let in or says that no other would be. */
const openPlace = async (attempts: readonly Attempt[], options: WireOptions): Promise<OpenedWire> => {
  let failure: unknown
  for (const attempt of attempts) {
    try {
      return await openAt(attempt, options)
    } catch (error) {
      failure ??= error
      if (!mayTryOtherwise(error)) throw error
    }
  }
  throw failure
}

/** Connects and logs in. Throws DatabaseError: what the server answered, or 08001 when it could not be reached. */
export const openWire = async (options: WireOptions): Promise<OpenedWire> => {
  let failure: unknown
  for (const kind of serverKinds(options.serverKind)) {
    for (const attempts of listAttempts(options)) {
      try {
        const opened = await openPlace(attempts, options)
        if (fits(kind, opened.told)) return opened
        opened.wire.end()
        failure ??= new Error(`The server is not ${kind}.`)
      } catch (error) {
        failure ??= error
        if (!mayTryElsewhere(error)) throw error
      }
    }
  }
  throw failure instanceof DatabaseError ? failure : cannotConnect(failure)
}

/** A way to the server that was let in a moment ago; for clients that connect themselves. */
export const findAttempt = async (options: WireOptions): Promise<Attempt> => {
  const { wire, attempt } = await openWire(options)
  wire.end()
  return attempt
}
