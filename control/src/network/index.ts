// Operations of this domain, in the order the reference shows them.

import { listBans, listBansEnriched, removeBans } from './bans.ts'
import { applyNetworkRestrictions, getNetworkRestrictions, patchNetworkRestrictions } from './restrictions.ts'
import { getSslEnforcement, updateSslEnforcement } from './ssl-enforcement.ts'

export const network = [
  getNetworkRestrictions,
  applyNetworkRestrictions,
  patchNetworkRestrictions,
  listBans,
  listBansEnriched,
  removeBans,
  getSslEnforcement,
  updateSslEnforcement,
]
