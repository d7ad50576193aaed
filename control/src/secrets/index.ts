// Operations of this domain, in the order the reference shows them.

import { createSecrets, listSecrets, removeSecrets } from './secrets.ts'

export const secrets = [listSecrets, createSecrets, removeSecrets]
