// Looks before starting anything whether the entrances can be opened.

import { createServer } from 'node:net'
import { errors } from '../errors.ts'

const listen = (port: number): Promise<NodeJS.ErrnoException | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', resolve)
    server.listen(port, () => server.close(() => resolve(undefined)))
  })

/** Throws when somebody else has the port; `setting` is the variable that changes it. */
export const checkPort = async (port: number, setting: string): Promise<void> => {
  const problem = await listen(port)
  if (problem?.code === 'EADDRINUSE') throw errors.portTaken(port, setting)
  if (problem?.code === 'EACCES') throw errors.portForbidden(port, setting)
  if (problem) throw problem
}
