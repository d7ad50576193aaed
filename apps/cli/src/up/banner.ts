// What the person at the terminal reads when the installation is ready.

import type { OperatorConfig } from '../config.ts'
import type { FirstRun } from './first-run.ts'
import type { Installation } from './installation.ts'

export const urlOf = ({ PLINTH_DOMAIN, PLINTH_PORT }: OperatorConfig): string =>
  `http://${PLINTH_DOMAIN}:${PLINTH_PORT}`

const credentials = (firstRun: FirstRun, file: string): readonly string[] => [
  '',
  '  First start. Keep these; they are shown once and stand in',
  `  ${file}`,
  '',
  `    Owner          ${firstRun.owner_email}`,
  `    Organization   ${firstRun.organization_slug}`,
  `    Access token   ${firstRun.access_token}`,
]

type Ready = { readonly firstRun: FirstRun; readonly isNew: boolean; readonly seconds: number }

export const banner = (installation: Installation, config: OperatorConfig, ready: Ready): string => {
  const url = urlOf(config)
  return [
    '',
    `Plinth is ready after ${ready.seconds.toFixed(1)} s.`,
    '',
    `  Management API   ${url}/v1`,
    `  Reference        ${url}/docs`,
    `  Projects         http://{ref}.${config.PLINTH_DOMAIN}:${config.PLINTH_PORT}`,
    `  Postgres         postgresql://postgres.{ref}@${config.PLINTH_DOMAIN}:${config.PLINTH_DB_PORT}/postgres`,
    `  Pooler           postgresql://postgres.{ref}@${config.PLINTH_DOMAIN}:${config.PLINTH_POOLER_PORT}/postgres`,
    `  Data             ${installation.data}`,
    ...(ready.isNew ? credentials(ready.firstRun, installation.firstRunFile) : []),
    '',
    'Press Ctrl-C to stop.',
  ].join('\n')
}
