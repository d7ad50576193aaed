// CPU of the gateway's part of a request whose caller was seen before: `node --conditions=source bench/admit.bench.ts`.

import { makeServer } from '@plinth/http'
import { makeIdentify } from '../src/caller.ts'
import { gatewayDialect, makeGateway } from '../src/index.ts'
import { branch, keys, tokens } from '../test/a-branch.ts'

const rounds = 200_000

const report = (name: string, micros: number) =>
  console.log(JSON.stringify({ name, unit: 'µs of CPU', value: Number(micros.toFixed(2)) }))

const measure = (name: string, work: () => unknown) => {
  for (let round = 0; round < 20_000; round++) work()
  const before = process.cpuUsage()
  for (let round = 0; round < rounds; round++) work()
  const { user, system } = process.cpuUsage(before)
  report(name, (user + system) / rounds)
}

const identify = makeIdentify(branch)
// A header arrives as a new string with each request: its hash is not known yet.
const fresh = (text: string) => Buffer.from(text, 'latin1').toString('latin1')
const base = { authorization: undefined, userAgent: 'node' }

measure('fresh string of a key, alone', () => fresh(keys.anon))
measure('legacy key', () => identify({ ...base, apiKey: fresh(keys.anon) }))
measure('publishable key', () => identify({ ...base, apiKey: fresh(keys.publishable) }))
measure('publishable key and user token', () =>
  identify({ ...base, apiKey: fresh(keys.publishable), authorization: fresh(`Bearer ${tokens.user}`) }),
)

const quiet = makeServer({ observe: () => undefined })
quiet.get('/rest/v1/*', (_, reply) => void reply.send('ok'))
const gated = makeServer({ observe: () => undefined, dialect: gatewayDialect })
const rest = async (app: typeof gated) => {
  app.get('/*', (_, reply) => void reply.send('ok'))
}
const observe = () => undefined
await gated.register(makeGateway({ spec: branch, services: { rest }, direct: {}, observe }).plugin)

const injections = 20_000
for (const [name, app] of [
  ['inject, server alone', quiet],
  ['inject, behind the gateway', gated],
  ['inject, server alone', quiet],
  ['inject, behind the gateway', gated],
] as const) {
  const headers = { apikey: keys.publishable, authorization: `Bearer ${tokens.user}` }
  const ask = () => app.inject({ url: '/rest/v1/todos?id=eq.1', headers })
  for (let round = 0; round < 3000; round++) await ask()
  const before = process.cpuUsage()
  for (let round = 0; round < injections; round++) await ask()
  const { user, system } = process.cpuUsage(before)
  report(name, (user + system) / injections)
}
