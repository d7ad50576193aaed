// Third step of a database session: a connection to the project's server that has begun to answer. One that is just
// starting or stopping says so before anything else, or goes without a word; then the project is woken and asked again, and
// the client knows nothing of it.

import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Route } from '@plinth/contracts'
import { errors } from './errors.ts'
import type { Wake } from './wake.ts'

export type Reached = {
  /** Paused before the first thing it says. */
  readonly server: Socket
  readonly path: string
}

export type ReachOptions = {
  readonly route: Route
  readonly wake: Wake
  /** Whose socket in the branch's folder. */
  readonly socketPort: number
  /** What the server is told first. */
  readonly packet: Buffer
  readonly hasLeft: () => boolean
}

/** How long a server that says it is not ready is asked again; recovery after the crash of one backend takes less. */
const patienceMs = 10_000
const pauseMs = 50
/** Who says nothing for so long may be slow for another reason, which the client shall see for itself. */
const silenceMs = 5000

/** `undefined` when the client has left meanwhile. Throws PlinthError when the project cannot be woken. */
export const reachServer = async (options: ReachOptions): Promise<Reached | undefined> => {
  const { route, wake, socketPort, packet, hasLeft } = options
  const giveUpAt = performance.now() + patienceMs
  let folder = route.status === 'awake' ? route.postgresSocketDir : undefined
  for (let wakes = 0; !hasLeft(); wakes += 1) {
    if (wakes > 1) await delay(pauseMs)
    folder ??= (await wake(route.ref)).postgresSocketDir
    const isLast = performance.now() >= giveUpAt
    const path = join(folder, `.s.PGSQL.${socketPort}`)
    const server = await ask(path, packet, isLast)
    if (server !== undefined) return { server, path }
    if (isLast) throw errors.notServing(route.ref)
    folder = undefined
  }
  return undefined
}

const kinds = { error: 0x45 }

/** A connection on which the server answers the packet; not that it cannot, unless that counts as an answer too. */
const ask = (path: string, packet: Buffer, takesRefusal: boolean): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const server = connect(path)
    let heard = Buffer.alloc(0)
    const finish = (isAnswer: boolean) => {
      clearTimeout(timer)
      server.off('data', hear).off('close', gone).pause()
      if (!isAnswer) server.destroy()
      else if (heard.length > 0) server.unshift(heard)
      resolve(isAnswer ? server : undefined)
    }
    const gone = () => finish(false)
    const hear = (piece: Buffer) => {
      heard = Buffer.concat([heard, piece])
      if (heard[0] !== kinds.error) finish(true)
      else if (isWhole(heard)) finish(takesRefusal || !saysNotNow(heard))
    }
    const timer = setTimeout(() => finish(true), silenceMs)
    // An error is followed by `close`.
    server.on('error', () => undefined)
    server.on('data', hear).once('close', gone)
    server.write(packet)
  })

const isWhole = (message: Buffer): boolean => message.length >= 5 && message.length > message.readUInt32BE(1)

/** `cannot_connect_now`: the server is starting, stopping, or in recovery. */
const saysNotNow = (message: Buffer): boolean => message.toString('latin1', 5).split('\0').includes('C57P03')
