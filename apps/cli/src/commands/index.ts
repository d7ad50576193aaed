// Every command, in the order `plinth help` shows them.

import { ca } from './ca.ts'
import type { Command } from './command.ts'
import { config } from './config.ts'
import { help } from './help.ts'
import { rest } from './rest.ts'
import { up } from './up.ts'

export const commands: readonly Command[] = [up, rest, config, ca, help]
