// A socket to the server that has been let in: start-up and authentication are over when `openWire`
// returns, messages in both directions are what is left.

import { connect, type Socket } from 'node:net'
import { cannotConnect, DatabaseError } from '../database-error.ts'
import type { ConnectOptions } from '../pool.ts'
import { readCString, readInt32 } from './bytes.ts'
import { readError } from './decode.ts'
import { MessageReader, type OnMessage } from './message-reader.ts'
import { MessageWriter } from './message-writer.ts'
import { type Scram, startScram } from './scram.ts'

export type WireOptions = ConnectOptions & {
  readonly applicationName: string
  /** Settings the connection starts with. */
  readonly parameters: Readonly<Record<string, string>>
  readonly connectMs: number
}

const readSize = 64 * 1024

/** Where the server is: a socket in a folder, or a host and port. */
export type ServerAddress =
  | { readonly path: string }
  | { readonly host: string; readonly port: number; readonly noDelay: true }

export const addressOf = ({ socketDir, port = 5432 }: ConnectOptions): ServerAddress =>
  socketDir.startsWith('/')
    ? { path: `${socketDir}/.s.PGSQL.${port}` }
    : { host: socketDir, port, noDelay: true }

export class Wire {
  readonly writer = new MessageWriter()
  readonly #socket: Socket
  #onMessage: OnMessage = () => undefined
  #onClose: (cause: unknown) => void = () => undefined
  #cause: unknown = new Error('The server closed the connection.')
  #flushing = false

  constructor(address: ServerAddress) {
    const reader = new MessageReader((type, bytes, start, end) => {
      // What was already read when the connection was given up counts no more.
      if (!this.#socket.destroyed) this.#onMessage(type, bytes, start, end)
    })
    const callback = (size: number, bytes: Uint8Array) => {
      try {
        // The buffer below; `onread` types it as the array it is a view of.
        reader.push((bytes as Buffer).subarray(0, size))
      } catch (error) {
        this.destroy(error)
      }
      return true
    }
    // One buffer for all reads: rows are turned into text before the next read begins.
    this.#socket = connect({ ...address, onread: { buffer: Buffer.allocUnsafeSlow(readSize), callback } })
    this.#socket.on('error', (error) => {
      this.#cause = error
    })
    this.#socket.on('close', () => this.#onClose(this.#cause))
  }

  /** Who takes what comes from now on. */
  handle(onMessage: OnMessage, onClose: (cause: unknown) => void): void {
    this.#onMessage = onMessage
    this.#onClose = onClose
  }

  /** Sends what was written, together with whatever else is written in this turn of the event loop. */
  send(): void {
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => {
      this.#flushing = false
      const bytes = this.writer.take()
      if (bytes.length > 0 && this.#socket.writable) this.#socket.write(bytes)
    })
  }

  /** Says goodbye and closes. */
  end(): void {
    this.writer.terminate()
    this.#socket.end(this.writer.take())
  }

  destroy(cause: unknown): void {
    this.#cause = cause
    this.#socket.destroy()
  }
}

export type Backend = { readonly pid: number; readonly key: Buffer }

/** Connects and logs in. Throws DatabaseError: what the server answered, or 08001 when it could not be reached. */
export const openWire = (options: WireOptions): Promise<{ readonly wire: Wire; readonly backend: Backend }> =>
  new Promise((resolve, reject) => {
    const wire = new Wire(addressOf(options))
    const timer = setTimeout(
      () => wire.destroy(new Error(`No answer within ${options.connectMs} ms.`)),
      options.connectMs,
    )
    const close = (cause: unknown) => {
      clearTimeout(timer)
      reject(cause instanceof DatabaseError ? cause : cannotConnect(cause))
    }
    const authenticate = makeAuthentication(wire, options.password)
    let backend: Backend = { pid: 0, key: Buffer.alloc(0) }
    wire.handle((type, bytes, start, end) => {
      if (type === 0x52) authenticate(bytes, start, end)
      else if (type === 0x45) wire.destroy(readError(bytes, start))
      else if (type === 0x4b)
        backend = { pid: readInt32(bytes, start), key: Buffer.from(bytes.subarray(start + 4, end)) }
      else if (type === 0x5a) {
        clearTimeout(timer)
        resolve({ wire, backend })
      }
    }, close)
    wire.writer.startup({
      user: options.user,
      database: options.database,
      application_name: options.applicationName,
      client_encoding: 'UTF8',
      ...options.parameters,
    })
    wire.send()
  })

/** Answers the server's requests for authentication: trust and SCRAM-SHA-256, nothing weaker. */
const makeAuthentication = (wire: Wire, password: string) => {
  let scram: Scram | undefined
  return (bytes: Buffer, start: number, end: number): void => {
    const method = readInt32(bytes, start)
    const text = bytes.toString('utf8', start + 4, end)
    if (method === 0) return
    if (method === 10 && listMechanisms(bytes, start + 4, end).includes('SCRAM-SHA-256')) {
      scram = startScram(password)
      wire.writer.saslInitial(scram.mechanism, scram.first)
      wire.send()
    } else if (method === 11 && scram !== undefined) {
      scram.answer(text).then(
        (answer) => {
          wire.writer.saslResponse(answer)
          wire.send()
        },
        (error: unknown) => wire.destroy(error),
      )
    } else if (method === 12 && scram !== undefined) {
      scram.verify(text)
    } else {
      throw new Error(`The server wants an authentication (${method}) that this client does not offer.`)
    }
  }
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
