// Operations of this domain, in the order the reference shows them.

import { activateHostname, initializeHostname, removeHostname, reverifyHostname } from './change-hostname.ts'
import { getHostname } from './get-hostname.ts'
import { activateSubdomain, checkSubdomain, getSubdomain, removeSubdomain } from './vanity-subdomain.ts'

export const domains = [
  getHostname,
  initializeHostname,
  reverifyHostname,
  activateHostname,
  removeHostname,
  getSubdomain,
  checkSubdomain,
  activateSubdomain,
  removeSubdomain,
]
