// The settings of an installation, as its operator gives them.

import { resolve } from 'node:path'
import { secret } from '@plinth/config'
import { badNetworkEntries } from '@plinth/http'
import { z } from 'zod'

const port = z.coerce
  .number('must be a port number')
  .int()
  .min(1, 'must be a port from 1 to 65535')
  .max(65_535, 'must be a port from 1 to 65535')

const file = z.string().transform((path) => resolve(path))

const domain = /^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*$/i

/** `28000-28999` → first and last port. */
const portRange = z
  .string()
  .regex(/^\d{1,5}-\d{1,5}$/, 'must be a range of ports such as 28000-28999')
  .refine((text) => {
    const [first = 0, last = 0] = text.split('-').map(Number)
    return first >= 1 && last <= 65_535 && first <= last
  }, 'must go from a lower port to a higher one, both from 1 to 65535')

/** `idp.corp.example, 10.20.0.0/16` */
const network = z
  .string()
  .default('')
  .refine(
    (list) => badNetworkEntries(list).length === 0,
    'must be host names, addresses or ranges such as 10.20.0.0/16, separated by commas',
  )

const settings = z.object({
  PLINTH_DATA: z
    .string()
    .default('.plinth')
    .transform((path) => resolve(path))
    .describe('Folder that holds everything the installation keeps.'),
  PLINTH_PORT: port.default(8000).describe('HTTP entrance: Management API and all projects.'),
  PLINTH_DB_PORT: port.default(54_320).describe('Postgres entrance of all projects.'),
  PLINTH_POOLER_PORT: port
    .default(54_329)
    .describe('Postgres entrance in transaction mode, for many short connections.'),
  PLINTH_TLS_PORT: port.optional().describe('HTTPS entrance by host name; none when not set.'),
  PLINTH_TLS_CERT_FILE: file
    .optional()
    .describe(
      "The operator's certificate with its chain (PEM), for the names it covers; others get one of the installation's own authority (`plinth ca`).",
    ),
  PLINTH_TLS_KEY_FILE: file.optional().describe('The key of that certificate (PEM).'),
  PLINTH_ACME_DIRECTORY: z
    .url({ protocol: /^https$/, error: "must be the https:// address of an authority's directory" })
    .optional()
    .describe(
      "Directory of an ACME authority, such as https://acme-v02.api.letsencrypt.org/directory, that certificates of the names served here are ordered from; the installation's own authority when not set.",
    ),
  PLINTH_ACME_TERMS_AGREED: z
    .literal('yes', 'must be yes, once you agree to the terms of the ACME authority')
    .optional()
    .describe('`yes` when the operator agrees to the terms of that authority; needed to order from it.'),
  PLINTH_ACME_EMAIL: z
    .email('must be a mail address')
    .optional()
    .describe('Where that authority may write to.'),
  PLINTH_ACME_KEY_ID: z
    .string()
    .optional()
    .describe('Key id of the external account, for an authority that asks for one.'),
  PLINTH_ACME_HMAC_KEY: secret(z.string().regex(/^[A-Za-z0-9_-]+=*$/, 'must be base64url'))
    .optional()
    .describe('The HMAC key that belongs to it (base64url).'),
  PLINTH_DNS_SERVERS: z
    .string()
    .optional()
    .describe("DNS servers to ask about custom hostnames, joined by commas; the system's when not set."),
  PLINTH_DOMAIN: z
    .string()
    .regex(domain, 'must be a host name')
    .toLowerCase()
    .default('localhost')
    .describe('Projects answer at {ref}.{domain}; the Management API at the domain itself.'),
  PLINTH_PROJECT_PORTS: portRange
    .default('28000-28999')
    .describe('Loopback ports, one for each project, for clients that cannot resolve its host name.'),
  PLINTH_DELETED_HOURS: z.coerce
    .number('must be a number of hours')
    .min(0, 'must be 0 or more')
    .default(24)
    .describe(
      'Hours that the database of a deleted project is kept, for `plinth deleted restore`; 0 keeps nothing.',
    ),
  PLINTH_IDLE_SECONDS: z.coerce
    .number('must be a number of seconds')
    .min(0, 'must be 0 or more')
    .default(300)
    .describe('Seconds without traffic after which a nano project goes to sleep; 0 keeps all awake.'),
  PLINTH_PRIVATE_NETWORK: network.describe(
    'Host names, addresses and ranges of private networks that requests for projects may go to, separated by commas: identity providers and providers of signing keys. None when empty.',
  ),
  PLINTH_BACKUP_S3_FILE: file
    .optional()
    .describe(
      'File (JSON) with the S3 bucket that all archives are copied to: bucket, accessKeyId, secretAccessKey, and endpoint, region, prefix where needed. None when not set.',
    ),
  PLINTH_ACCESS_TOKEN: secret(z.string().regex(/^sbp_[0-9a-f]{40}$/, 'must be sbp_ and 40 hex digits'))
    .optional()
    .describe("The first owner's personal access token; made at first start when not given."),
})
/** Settings that are of use only together. */
const together = [
  ['PLINTH_ACME_DIRECTORY', 'PLINTH_ACME_TERMS_AGREED'],
  ['PLINTH_ACME_KEY_ID', 'PLINTH_ACME_HMAC_KEY'],
  ['PLINTH_ACME_HMAC_KEY', 'PLINTH_ACME_KEY_ID'],
] as const

export const OperatorConfig = settings.superRefine((given, context) => {
  for (const [name, needed] of together)
    if (given[name] !== undefined && given[needed] === undefined)
      context.addIssue({ code: 'custom', path: [needed], message: `goes with ${name}` })
})
export type OperatorConfig = Readonly<z.output<typeof OperatorConfig>>
