// Names of projects beside their ref. Messages are upstream's where clients and people know them.

import { defineErrors } from '@plinth/errors'

const bad = (code: string, message: string) => ({ code, kind: 'caller' as const, status: 400, message })

export const errors = defineErrors('domains', {
  hostnameMissing: () => bad('custom_hostname_missing', 'No custom hostname configuration found.'),
  hostnameNotVerified: () => bad('custom_hostname_not_verified', 'Verification has not been completed.'),
  hostnameVerified: () =>
    bad('custom_hostname_verified', 'Verification has been completed, please proceed to activation.'),
  hostnameActive: () => bad('custom_hostname_active', 'Custom hostname has already been activated.'),
  hostnameOfOthers: () =>
    bad('custom_hostname_taken', 'Another project here has shown that this name is theirs.'),
  hostnameInvalid: (why: string) => bad('custom_hostname_invalid', `custom_hostname: ${why}`),
  subdomainTaken: () => bad('vanity_subdomain_taken', 'This vanity subdomain is not available.'),
  subdomainMissing: () => bad('vanity_subdomain_missing', 'No vanity subdomain is active for this project.'),
  hostnameInUse: () =>
    bad('custom_hostname_in_use', 'The project uses a custom hostname; remove that first.'),
})
