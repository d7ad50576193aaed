// Installations of tests that do not ask what a first start does: copies of one that was started and stopped once a run.

import { readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { sharedFolder } from '@plinth/testing'
import { type Installation, startCopy, startInstallation } from './installation.ts'

const fill = async (place: string): Promise<void> => {
  const first = await startInstallation()
  try {
    await first.stop()
    for (const name of await readdir(first.data)) await rename(join(first.data, name), join(place, name))
  } finally {
    await first.remove()
  }
}

/** Starts a copy of the run's model: half of what a first start takes. */
export const copyInstallation = async (
  more: Readonly<Record<string, string>> = {},
): Promise<Installation> => {
  const folder = await sharedFolder('whole-installation', fill)
  const { access_token: token } = JSON.parse(await readFile(join(folder, 'first-run.json'), 'utf8'))
  return startCopy({ folder, token }, more)
}
