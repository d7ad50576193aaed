// CPU of a request's pieces, without database and HTTP: `node --conditions=source bench/pieces.bench.ts`.
// Prints one JSON line per figure.

import { RestConfig } from '@plinth/contracts'
import { compile } from '../src/compile/compile.ts'
import { hear, inputsOf, shapeOf } from '../src/parse/heard.ts'
import { parse, parseDoor, type RestRequest } from '../src/parse/wish.ts'
import { makePlan } from '../src/plan/make-plan.ts'
import { respond } from '../src/respond.ts'
import { bind } from '../src/run/run.ts'
import { fixedSettings, RoleSettings, requestSettings } from '../src/run/settings.ts'
import { catalogue } from '../test/a-catalogue.ts'

const config = RestConfig.parse({ schemas: ['api'] })
const claims = { role: 'anon' }
const caller = {
  role: 'anon',
  claims,
  claimsJson: JSON.stringify(claims),
  keyKind: 'publishable',
  token: undefined,
} as const
const headers = {
  host: 'abcdefghijklmnopqrst.localhost:8000',
  apikey: 'sb_publishable_0123456789abcdefghijkl_01234567',
  accept: '*/*',
  'accept-profile': 'api',
  'user-agent': 'node',
  'x-client-info': 'supabase-js-node/2.110.0',
}

const request = (query: string): RestRequest => ({
  method: 'GET',
  path: '/films',
  query,
  headers,
  body: undefined,
})

const shapes: readonly (readonly [string, RestRequest])[] = [
  ['one row', request('id=eq.4711')],
  [
    'embed of two levels',
    request('select=id,title,roles(part,people(id,name))&id=eq.4711&order=id.desc&limit=10'),
  ],
]

const rounds = 50_000

const measure = (name: string, work: () => unknown): void => {
  for (let round = 0; round < rounds / 5; round++) work()
  const before = process.cpuUsage()
  for (let round = 0; round < rounds; round++) work()
  const { user, system } = process.cpuUsage(before)
  const value = Number(((user + system) / rounds).toFixed(2))
  console.log(JSON.stringify({ area: 'rest', name, unit: 'µs of CPU', median: value }))
}

for (const [name, asked] of shapes) {
  const door = parseDoor(asked, config)
  const heard = hear(asked, door, config.maxRows)
  const wish = parse(asked, heard, config)
  const plan = makePlan(wish, catalogue, config)
  const compiled = compile(plan)
  const common = new RoleSettings(catalogue, fixedSettings(wish, config, undefined))
  const rows = {
    total: undefined,
    page: 1,
    body: '[{"id":1}]',
    headers: null,
    status: null,
    location: null,
    inserted: undefined,
  }
  const context = { range: heard.range, query: asked.query, verbosity: 'verbose' } as const
  measure(`${name}: tokens, range and shape (every request)`, () =>
    shapeOf(asked, hear(asked, parseDoor(asked, config), config.maxRows)),
  )
  measure(`${name}: parse`, () => parse(asked, heard, config))
  measure(`${name}: plan`, () => makePlan(wish, catalogue, config))
  measure(`${name}: compile`, () => compile(plan))
  measure(`${name}: parse, plan and compile (new shape)`, () =>
    compile(
      makePlan(
        parse(asked, hear(asked, parseDoor(asked, config), config.maxRows), config),
        catalogue,
        config,
      ),
    ),
  )
  measure(`${name}: values`, () => bind(compiled.main, inputsOf(heard, config.maxRows)))
  measure(`${name}: settings`, () => requestSettings(asked, caller, common))
  measure(`${name}: respond`, () => respond({ compiled: { plan }, applied: undefined }, rows, context))
}
