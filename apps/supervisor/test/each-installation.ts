// A running installation for each test of a file, copied from one that is built once.

import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { Installation } from './installation.ts'

export const eachInstallation = (give: (here: Installation) => void): void => {
  let model: Installation | undefined
  let here: Installation | undefined
  beforeAll(async () => {
    model = await Installation.model()
  })
  afterAll(() => model?.remove())
  beforeEach(async () => {
    here = new Installation(model)
    give(here)
    await here.start()
  })
  afterEach(() => here?.remove())
}
