// Names of projects beside their ref. The entrance serves none yet.

import { defineErrors } from '@plinth/errors'

const bad = (code: string, message: string) => ({ code, kind: 'caller' as const, status: 400, message })
const notServed =
  'The entrance serves projects only under {ref}.{domain} yet. Put a proxy with your name and certificate in front of it.'

export const errors = defineErrors('domains', {
  hostnameMissing: () => bad('custom_hostname_missing', 'No custom hostname configuration found.'),
  hostnameNotServed: () => bad('custom_hostname_not_served', notServed),
  subdomainNotServed: () => bad('vanity_subdomain_not_served', notServed),
  subdomainMissing: () => bad('vanity_subdomain_missing', 'No vanity subdomain is active for this project.'),
})
