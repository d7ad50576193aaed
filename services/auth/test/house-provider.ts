// An OpenID provider that a project brings along: the real one of the tests, under an https address that only the
// outbound of the test knows.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeOutbound, type Outbound, parseAllowedNetwork } from '@plinth/http'
import { browse, comeBack, openIdProvider } from './open-id-provider.ts'
import type { Answer, TestAuth } from './test-auth.ts'

export const houseAddress = 'https://oidc.test'

/** As administrators make it. */
export const ofHouse = (identifier = 'custom:house', more: object = {}) => ({
  provider_type: 'oidc',
  identifier,
  name: 'House',
  client_id: 'plinth',
  client_secret: 'sesame',
  issuer: houseAddress,
  scopes: ['email', 'profile'],
  ...more,
})

export type House = {
  readonly outbound: Outbound
  /** What the browser of somebody does there, from the address they were sent to until they are back. */
  readonly visit: (service: TestAuth, url: string | null | undefined, who: string) => Promise<Answer>
  readonly close: () => Promise<void>
}

export const startHouse = async (): Promise<House> => {
  const server = createServer(openIdProvider(houseAddress).callback())
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const real = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const anywhere = makeOutbound({ allowed: parseAllowedNetwork('127.0.0.1') })
  return {
    outbound: (request) => anywhere({ ...request, url: request.url.replace(houseAddress, real) }),
    visit: async (service, url, who) =>
      comeBack(service, await browse(`${String(url).replace(houseAddress, real)}&login_hint=${who}`)),
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => void server.close(() => resolve()))
    },
  }
}
