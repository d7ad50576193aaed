// Set-up of the e2e tests: they run the bundles that `npm start` runs.

import { buildApps } from './build.ts'

export const setup = (): Promise<void> => buildApps()
