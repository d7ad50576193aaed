// From a request's words to plan and statement, without a database.

import { RestConfig } from '@plinth/contracts'
import { type Compiled, compile } from '../src/compile/compile.ts'
import { hear, inputsOf } from '../src/parse/heard.ts'
import { parse, parseDoor, type RestRequest } from '../src/parse/wish.ts'
import { makePlan } from '../src/plan/make-plan.ts'
import type { Plan } from '../src/plan/plan.ts'
import { catalogue } from './a-catalogue.ts'

export type Words = {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

const config = RestConfig.parse({ schemas: ['api'], maxRows: null, aggregatesEnabled: true })

const requestOf = ({ method = 'GET', path, headers = {}, body }: Words): RestRequest => {
  const [before = '', query = ''] = path.split('?')
  return { method, path: before, query, headers, body }
}

export const planOf = (words: Words): Plan => compiledOf(words).plan

export const compiledOf = (words: Words): Compiled => {
  const request = requestOf(words)
  const heard = hear(request, parseDoor(request, config), config.maxRows)
  return compile(makePlan(parse(request, heard, config), catalogue, config))
}

/** The statement's text and the values that go with it. */
export const statementOf = (
  words: Words,
): { readonly text: string; readonly values: readonly (string | null)[] } => {
  const request = requestOf(words)
  const inputs = inputsOf(hear(request, parseDoor(request, config), config.maxRows), config.maxRows)
  const { main } = compiledOf(words)
  return { text: main.text, values: main.binds.map((bind) => bind(inputs)) }
}
