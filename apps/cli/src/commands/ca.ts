// `plinth ca`: the certificate that clients must trust to check this installation's name.

import { loadConfig } from '@plinth/config'
import { OperatorConfig } from '../config.ts'
import { openOwnAuthority } from '../own-authority.ts'
import type { Command } from './command.ts'

export const ca: Command = {
  name: 'ca',
  about: "Prints the certificate of the installation's own authority (PEM).",
  run: async ({ env }) => {
    const { PLINTH_DATA } = loadConfig(OperatorConfig, env)
    const { certificate } = await openOwnAuthority(PLINTH_DATA)
    process.stdout.write(certificate)
    return 0
  },
}
