// A session that meets a server just starting or stopping, played by one that does as it is told.

import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProjectRef } from '@plinth/contracts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Reached, reachServer } from '../src/reach-server.ts'
import { fatal } from '../src/startup-packet.ts'
import { refs } from './stage.ts'

type Act = (client: Socket) => void

const ref = ProjectRef.parse(refs.one)
const packet = Buffer.from('who and what')
const stopping = fatal({ sqlstate: '57P03', message: 'the database system is shutting down' })
const full = fatal({ sqlstate: '53300', message: 'sorry, too many clients already' })
const asksForPassword = Buffer.from('R and so on')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reach-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** A server that does one of these to each client once it has said who it is. */
const withServer = async <T>(acts: Act[], use: () => Promise<T>): Promise<T> => {
  const clients = new Set<Socket>()
  const server = createServer((client) => {
    clients.add(client.on('error', () => undefined))
    client.once('data', (said) => (said.equals(packet) ? acts.shift()?.(client) : client.destroy()))
  })
  await new Promise<void>((resolve) => server.listen(join(folder, '.s.PGSQL.5432'), resolve))
  try {
    return await use()
  } finally {
    for (const client of clients) client.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** How often the project was woken, and the first thing the client hears. */
const reach = async (status: 'awake' | 'asleep', leavesAfter = Number.POSITIVE_INFINITY) => {
  let wakes = 0
  const reached = await reachServer({
    route: { ref, status, loopbackPort: 1, httpSocket: '/nowhere', postgresSocketDir: folder },
    wake: async () => {
      wakes += 1
      return { ref, httpSocket: '/nowhere', postgresSocketDir: folder }
    },
    socketPort: 5432,
    packet,
    hasLeft: () => wakes >= leavesAfter,
  })
  return { wakes, heard: reached && (await firstOf(reached)) }
}

const firstOf = ({ server }: Reached): Promise<Buffer> =>
  new Promise((resolve) => server.once('data', resolve).resume()).then((heard) => {
    server.destroy()
    return heard as Buffer
  })

const takes: Act = (client) => client.write(asksForPassword)

describe('a server', () => {
  it.each<[string, Act[]]>([
    ['says that it is not ready', [(client) => client.end(stopping)]],
    ['goes without a word', [(client) => client.destroy()]],
    [
      'says so in pieces, and again, and goes',
      [
        (client) => client.write(stopping.subarray(0, 7), () => client.end(stopping.subarray(7))),
        (client) => client.end(stopping),
        (client) => client.destroy(),
      ],
    ],
  ])('that %s is asked again when the project has been woken', async (_what, acts) => {
    const { length } = acts
    expect(await withServer([...acts, takes], () => reach('awake'))).toEqual({
      wakes: length,
      heard: asksForPassword,
    })
  })

  it('that answers is not woken', async () => {
    expect(await withServer([takes], () => reach('awake'))).toEqual({ wakes: 0, heard: asksForPassword })
  })

  it('that sleeps is woken first', async () => {
    expect(await withServer([takes], () => reach('asleep'))).toEqual({ wakes: 1, heard: asksForPassword })
  })

  it('that refuses for another reason is believed', async () => {
    expect(await withServer([(client) => client.end(full)], () => reach('awake'))).toEqual({
      wakes: 0,
      heard: full,
    })
  })

  it('is not asked for a client that has left', async () => {
    const acts = [(client: Socket) => void client.end(stopping), takes]
    expect(await withServer(acts, () => reach('awake', 1))).toEqual({ wakes: 1, heard: asksForPassword })
    expect(await withServer([...acts], () => reach('awake', 0))).toEqual({ wakes: 0, heard: undefined })
  })
})
