// What the edge is told by its environment. The launcher sets all of it.

import { isAbsolute } from 'node:path'
import { secret } from '@plinth/config'
import { z } from 'zod'

const folder = z.string().refine(isAbsolute, 'must be an absolute path')
const port = z.coerce.number().int().min(0).max(65_535)

export const EdgeConfig = z.object({
  PLINTH_DATA: folder.describe('Folder that holds everything the installation keeps.'),
  PLINTH_INSTALLATION_KEY_FILE: folder.describe('File with the key that seals secrets at rest.'),
  PLINTH_RUN: folder.describe('Folder of the sockets.'),
  PLINTH_PORT: port.describe('HTTP entrance: Management API and all projects.'),
  PLINTH_DB_PORT: port.describe('Postgres entrance of all projects.'),
  PLINTH_POOLER_PORT: port.optional().describe('Postgres entrance in transaction mode.'),
  PLINTH_TLS_PORT: port.optional().describe('HTTPS entrance.'),
  PLINTH_TLS_CERT_FILE: folder.optional().describe("The operator's own certificate."),
  PLINTH_TLS_KEY_FILE: folder.optional().describe('Its key.'),
  PLINTH_ACME_DIRECTORY: z.url().optional().describe('Directory of the ACME authority to order from.'),
  PLINTH_ACME_EMAIL: z.string().optional().describe('Whom the authority may write to.'),
  PLINTH_ACME_KEY_ID: z.string().optional().describe("Which of the authority's customers this is."),
  PLINTH_ACME_HMAC_KEY: secret().optional().describe('The key that proves it.'),
  PLINTH_DOMAIN: z
    .string()
    .toLowerCase()
    .describe('Projects answer at {ref}.{domain}; the Management API at the domain itself.'),
})
export type EdgeConfig = Readonly<z.output<typeof EdgeConfig>>
