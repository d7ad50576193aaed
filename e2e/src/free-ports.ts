// Ports that nobody listens on at this moment.

import { createServer } from 'node:net'

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

export const freePorts = (count: number): Promise<readonly number[]> =>
  Promise.all(Array.from({ length: count }, freePort))

const rangeSize = 60
const firstPort = 21_000
const lastPort = 27_000

/** A range of loopback ports for one installation; parallel runs rarely meet, and the platform skips taken ports. */
export const freeRange = (): string => {
  const slots = Math.floor((lastPort - firstPort) / rangeSize)
  const start = firstPort + Math.floor(Math.random() * slots) * rangeSize
  return `${start}-${start + rangeSize - 1}`
}
