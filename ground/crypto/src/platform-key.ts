// The key with which the platform itself asks a project's services. Nobody stores it: whoever knows the password of the
// project's superuser can work it out, and owners never see that password.

import { createHmac } from 'node:crypto'

export const platformKeyOf = (superuserPassword: string): string =>
  `sb_secret_${createHmac('sha256', superuserPassword).update('plinth platform key').digest('base64url')}`
