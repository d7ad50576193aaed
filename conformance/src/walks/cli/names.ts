// The names and ports that the command takes for granted, `https://{ref}.{host}` and `db.{ref}.{host}:5432`, for that
// one program: a list of hosts of its own, and relays at the ports.

import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'

export type Names = {
  /** The command line under which a program sees the names. */
  readonly wrap: (line: readonly string[]) => readonly string[]
  readonly close: () => Promise<void>
}

/** An address of this machine's own that nothing else listens at: several walks may run side by side. */
const ownAddress = (): string => `127.${randomInt(64, 128)}.${randomInt(256)}.${randomInt(1, 255)}`

type Relay = { readonly close: () => Promise<void> }

const openRelay = (address: string, from: number, to: number): Promise<Relay> =>
  new Promise((resolve, reject) => {
    const sockets = new Set<Socket>()
    const server = createServer((client) => {
      const target = connect(to, '127.0.0.1')
      for (const [socket, other] of [
        [client, target],
        [target, client],
      ] as const) {
        sockets.add(socket)
        socket.once('close', () => {
          sockets.delete(socket)
          other.destroy()
        })
        socket.on('error', () => socket.destroy()).pipe(other)
      }
    })
    const close = () =>
      new Promise<void>((closed) => {
        server.close(() => closed())
        for (const socket of sockets) socket.destroy()
      })
    server.once('error', reject)
    server.listen(from, address, () => resolve({ close }))
  })

/** `undefined` where this user may not have them: low ports and a name space of mounts are root's on many machines. */
export const openNames = async (
  folder: string,
  ref: string,
  ports: { readonly https: number; readonly postgres: number },
): Promise<Names | undefined> => {
  const file = join(folder, 'hosts')
  const address = ownAddress()
  await writeFile(file, `${address} localhost ${ref}.localhost db.${ref}.localhost\n`)
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const wrap = (line: readonly string[]) => [
    'unshare',
    ...asRoot,
    '--mount',
    'sh',
    '-c',
    `mount --bind ${file} /etc/hosts && exec "$@"`,
    'sh',
    ...line,
  ]
  const relays: Relay[] = []
  try {
    const [command = '', ...words] = wrap(['true'])
    await promisify(execFile)(command, words)
    relays.push(await openRelay(address, 443, ports.https))
    relays.push(await openRelay(address, 5432, ports.postgres))
  } catch {
    await Promise.all(relays.map((one) => one.close()))
    return undefined
  }
  return { wrap, close: async () => void (await Promise.all(relays.map((one) => one.close()))) }
}
