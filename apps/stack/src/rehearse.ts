// What a spare does while it waits: builds a stack of nobody once and lets it go. The code is then loaded,
// compiled and warm when a real spec comes in.

import { StackSpec } from '@plinth/contracts'
import { makeOutbound } from '@plinth/http'
import { openDatabase } from './database.ts'
import { makeServices } from './stack.ts'

const passwords = Object.fromEntries(
  Object.keys(StackSpec.shape.database.shape.passwords.shape).map((role) => [role, 'none']),
)

const nobody = () =>
  StackSpec.parse({
    ref: 'a'.repeat(20),
    version: 1,
    publicUrl: 'http://localhost',
    loopbackPort: 1,
    jwt: { secret: 'x'.repeat(32) },
    database: { passwords },
    rest: {},
    auth: {},
  })

/** Touches no database: connections would be opened by the first query only. */
export const rehearse = async (): Promise<void> => {
  const spec = nobody()
  const observe = () => undefined
  const database = openDatabase(spec, { postgresSocketDir: '/nowhere' }, observe)
  const services = makeServices({
    spec,
    database,
    api: { current: () => undefined, config: () => spec.rest },
    observe,
    outbound: makeOutbound(),
  })
  await services.mount()
  await services.close()
  await database.close()
}
