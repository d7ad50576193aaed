// A running installation for each test of a file, copied from one that is built once.

import { afterEach, beforeAll, beforeEach } from 'vitest'
import { Installation } from './installation.ts'

export const eachInstallation = (give: (here: Installation) => void): void => {
  let model: Awaited<ReturnType<typeof Installation.model>>
  let here: Installation | undefined
  beforeAll(async () => {
    model = await Installation.model()
  })
  beforeEach(async () => {
    here = new Installation(model)
    give(here)
    await here.start()
  })
  afterEach(() => here?.remove())
}
