// Operations of this domain, in the order the reference shows them.

import { applyAddon, listAddons, removeAddon } from './addons.ts'

export const billing = [listAddons, applyAddon, removeAddon]
