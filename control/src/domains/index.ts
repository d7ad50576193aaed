// Operations of this domain, in the order the reference shows them.

import {
  activateHostname,
  getHostname,
  initializeHostname,
  removeHostname,
  reverifyHostname,
} from './custom-hostname.ts'
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
