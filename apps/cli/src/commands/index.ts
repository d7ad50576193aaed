// Every command, in the order `plinth help` shows them.

import { api } from './api.ts'
import { backup } from './backup.ts'
import { ca } from './ca.ts'
import { certificates } from './certificates.ts'
import type { Command } from './command.ts'
import { config } from './config.ts'
import { deleted } from './deleted.ts'
import { help } from './help.ts'
import { profile } from './profile.ts'
import { recover } from './recover.ts'
import { rest } from './rest.ts'
import { token } from './token.ts'
import { up } from './up.ts'
import { user } from './user.ts'

export const commands: readonly Command[] = [
  up,
  user,
  token,
  deleted,
  api,
  profile,
  rest,
  config,
  ca,
  certificates,
  backup,
  recover,
  help,
]
