// What the control plane is told by its environment. The launcher sets all of it.

import { isAbsolute } from 'node:path'
import { secret } from '@plinth/config'
import { z } from 'zod'

const folder = z.string().refine(isAbsolute, 'must be an absolute path')
const port = z.coerce.number('must be a port number').int().min(1).max(65_535)

/** `28000-28999` → first and last port. */
const portRange = z
  .string()
  .regex(/^\d{1,5}-\d{1,5}$/, 'must be a range of ports such as 28000-28999')
  .transform((text) => {
    const [first = 0, last = 0] = text.split('-').map(Number)
    return { first, last }
  })

export const ControlPlaneConfig = z.object({
  PLINTH_DATA: folder.describe('Folder that holds everything the installation keeps.'),
  PLINTH_RUN: folder.describe('Folder of the sockets.'),
  PLINTH_PORT: port.describe('HTTP entrance, as it stands in addresses of projects.'),
  PLINTH_DB_PORT: port.describe('Postgres entrance, as it stands in addresses of projects.'),
  PLINTH_POOLER_PORT: port.optional().describe('Pooler entrance, as it stands in addresses of projects.'),
  PLINTH_TLS_PORT: port.optional().describe('HTTPS entrance, as it stands in addresses of projects.'),
  PLINTH_ACME_DIRECTORY: z.url().optional().describe('Directory of the ACME authority, if there is one.'),
  PLINTH_DNS_SERVERS: z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .optional()
    .describe('DNS servers to ask about custom hostnames.'),
  PLINTH_DOMAIN: z.string().min(1).describe('Projects answer at {ref}.{domain}.'),
  PLINTH_PROJECT_PORTS: portRange.describe('Loopback ports, one for each project.'),
  PLINTH_PRIVATE_NETWORK: z
    .string()
    .default('')
    .describe('Host names, addresses and ranges of private networks that requests for projects may go to.'),
  PLINTH_INSTALLATION_KEY_FILE: folder.describe('File with the key that seals secrets at rest.'),
  PLINTH_SECRETS_FILE: folder.describe('File with the password of the control database.'),
  PLINTH_ACCESS_TOKEN: secret(z.string().regex(/^sbp_[0-9a-f]{40}$/, 'must be sbp_ and 40 hex digits'))
    .optional()
    .describe("The first owner's personal access token; made at first start when not given."),
})
export type ControlPlaneConfig = Readonly<z.output<typeof ControlPlaneConfig>>

/** Passwords of the control database, made by the launcher. */
export const SystemSecrets = z.object({ controlDatabasePassword: z.string().min(1) })
