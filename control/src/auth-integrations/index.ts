// Operations of this domain, in the order the reference shows them.

import {
  createProvider,
  getProvider,
  listProviders,
  removeProvider,
  updateProvider,
} from './sso-providers.ts'
import { createIntegration, getIntegration, listThirdParties, removeThirdParty } from './third-party.ts'

export const authIntegrations = [
  listThirdParties,
  createIntegration,
  getIntegration,
  removeThirdParty,
  listProviders,
  createProvider,
  getProvider,
  updateProvider,
  removeProvider,
]
