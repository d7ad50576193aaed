// What the supervisor is told by its environment. The launcher sets all of it.

import { isAbsolute } from 'node:path'
import { z } from 'zod'

const folder = z.string().refine(isAbsolute, 'must be an absolute path')

export const SupervisorConfig = z.object({
  PLINTH_DATA: folder.describe('Folder that holds everything the installation keeps.'),
  PLINTH_RUN: folder
    .refine((path) => Buffer.byteLength(path) <= 60, 'must have 60 bytes at most: socket paths are short')
    .describe('Folder of the sockets.'),
  PLINTH_INSTALLATION_KEY_FILE: folder.describe('File with the key that seals secrets at rest.'),
  PG_BIN_DIR: folder.optional().describe('Programs of a Postgres to use instead of our own.'),
  PLINTH_DELETED_HOURS: z.coerce
    .number()
    .min(0)
    .default(24)
    .describe(
      'Hours that the database of a deleted project is kept, for `plinth deleted restore`; 0 keeps nothing.',
    ),
  PLINTH_IDLE_SECONDS: z.coerce
    .number()
    .min(0)
    .default(300)
    .describe('Seconds without traffic after which a nano project goes to sleep; 0 keeps all awake.'),
  PLINTH_PRIVATE_NETWORK: z
    .string()
    .default('')
    .describe('Host names, addresses and ranges of private networks that requests for projects may go to.'),
  PLINTH_BACKUP_S3_FILE: folder.optional().describe('File with the bucket that all archives are copied to.'),
  NODE_EXTRA_CA_CERTS: z.string().optional().describe('File with certificates of authorities of your own.'),
  PATH: z.string().default('').describe('Folders in which programs are looked for.'),
  PLINTH_SECRETS_FILE: folder.describe('File with the passwords of the control database.'),
})
export type SupervisorConfig = Readonly<z.output<typeof SupervisorConfig>>

/** Passwords of the control database, made by the launcher. */
export const SystemSecrets = z.object({
  controlDatabasePassword: z.string().min(1),
  systemAdminPassword: z.string().min(1),
})
export type SystemSecrets = Readonly<z.output<typeof SystemSecrets>>
