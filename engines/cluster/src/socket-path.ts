// Where a server listens.

import { join } from 'node:path'

/** Path of the server's socket inside its folder. */
export const socketIn = (socketDir: string): string => join(socketDir, '.s.PGSQL.5432')
