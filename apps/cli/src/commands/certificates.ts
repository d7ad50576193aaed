// `plinth certificates`: what the entrance has from the public authority, and why something is missing.

import { issuedFolder } from '@plinth/certificates'
import { loadConfig } from '@plinth/config'
import { readInstallationKey } from '@plinth/crypto'
import { OperatorConfig } from '../config.ts'
import { printTable } from '../people/table.ts'
import { openInstallation } from '../up/installation.ts'
import type { Command } from './command.ts'

const day = (date: Date): string => date.toISOString().slice(0, 10)

export const certificates: Command = {
  name: 'certificates',
  about: 'Lists the certificates of the ACME authority, and why one could not be had.',
  run: async ({ env }) => {
    const { PLINTH_DATA, PLINTH_ACME_DIRECTORY } = loadConfig(OperatorConfig, env)
    if (PLINTH_ACME_DIRECTORY === undefined) {
      console.log('None are ordered: PLINTH_ACME_DIRECTORY names no authority. `plinth ca` prints our own.')
      return 0
    }
    const { keyFile } = await openInstallation(PLINTH_DATA)
    const key = await readInstallationKey(keyFile)
    const issued = issuedFolder(PLINTH_DATA, PLINTH_ACME_DIRECTORY, key)
    const rows = (await issued.names()).map(async (name) => {
      const [found, refusal] = await Promise.all([issued.find(name), issued.findRefusal(name)])
      return [
        name,
        found === undefined ? '-' : day(found.until),
        refusal === undefined ? '' : `${refusal.reason} Tried again after ${refusal.next}.`,
      ]
    })
    printTable(['NAME', 'GOOD UNTIL', 'LAST REFUSAL'], await Promise.all(rows))
    return 0
  },
}
