// `plinth ca`: the certificate that clients must trust to check this installation's name.

import { join } from 'node:path'
import { openAuthority } from '@plinth/certificates'
import { loadConfig } from '@plinth/config'
import { OperatorConfig } from '../config.ts'
import type { Command } from './command.ts'

export const ca: Command = {
  name: 'ca',
  about: "Prints the certificate of the installation's own authority (PEM).",
  run: async ({ env }) => {
    const { PLINTH_DATA } = loadConfig(OperatorConfig, env)
    const { certificate } = await openAuthority(join(PLINTH_DATA, 'tls'))
    process.stdout.write(certificate)
    return 0
  },
}
