// The key of a branch's vault: beside the socket, so in no data directory, backup or dump. Functions of the extension
// `supabase_vault` read it there; nobody who logs in to the database can.

import { join } from 'node:path'
import { writeOwnFile } from './own-file.ts'

/** Puts the key (64 hexadecimal digits) where the server reads it; it counts from the next statement on. */
export const writeVaultKey = (socketDir: string, key: string): Promise<void> =>
  writeOwnFile(join(socketDir, 'vault.key'), key)
