// What SQL code can see of the request: settings of the transaction, made before its statement.

import type { Caller, RestConfig } from '@plinth/contracts'
import type { NamedSettings } from '@plinth/postgres'
import type { Catalogue, Isolation, Routine } from '@plinth/schema'
import { quoteName } from '../compile/writer.ts'
import type { RestRequest, Wish } from '../parse/wish.ts'

export type Setting = readonly [name: string, value: string]

const isolationSetting = 'default_transaction_isolation'

/** Parts that every request of one shape and role has in common. */
export const fixedSettings = (
  wish: Pick<Wish, 'schema' | 'prefer'>,
  config: RestConfig,
  routine: Routine | undefined,
): readonly Setting[] => [
  ['search_path', [wish.schema, ...config.extraSearchPath].map(quoteName).join(', ')],
  ...(wish.prefer.timezone === undefined ? [] : [['timezone', wish.prefer.timezone] as const]),
  ...(routine?.settings.filter(
    ([name]) => name !== isolationSetting && config.hoistedTxSettings.includes(name),
  ) ?? []),
  ...Object.entries(config.appSettings).map(([name, value]) => [`app.settings.${name}`, value] as const),
]

const cookiesOf = (header: string | undefined): string => {
  if (header === undefined) return '{}'
  const pairs = header.split(';').map((part) => {
    const equals = part.indexOf('=')
    return equals < 0 ? [part.trim(), ''] : [part.slice(0, equals).trim(), part.slice(equals + 1).trim()]
  })
  return JSON.stringify(Object.fromEntries(pairs))
}

/** As JSON without an object in between. Names are tokens, in which nothing needs escaping. */
const headersOf = (headers: RestRequest['headers']): string => {
  let json = ''
  for (const name in headers) {
    if (name === 'cookie') continue
    const value = headers[name]
    if (value === undefined) continue
    const text = typeof value === 'string' ? value : value.join(', ')
    json += `${json === '' ? '{' : ','}"${name}":${JSON.stringify(text)}`
  }
  return json === '' ? '{}' : `${json}}`
}

const ownNames = [
  'request.jwt.claims',
  'request.method',
  'request.path',
  'request.headers',
  'request.cookies',
]

/** What requests of one shape have in common, by role. */
export class RoleSettings {
  readonly #catalogue: Catalogue
  readonly #fixed: readonly Setting[]
  readonly #byRole = new Map<string, NamedSettings>()

  constructor(catalogue: Catalogue, fixed: readonly Setting[]) {
    this.#catalogue = catalogue
    this.#fixed = fixed
  }

  of(role: string): NamedSettings {
    const known = this.#byRole.get(role)
    if (known !== undefined) return known
    const settings = this.#list(role)
    const made = {
      names: [...settings.map(([name]) => name), ...ownNames],
      values: settings.map(([, value]) => value),
    }
    if (this.#byRole.size >= keptRoles) this.#byRole.clear()
    this.#byRole.set(role, made)
    return made
  }

  /** A role's own settings come before the role, so that granting them to the login role is enough. */
  #list(role: string): readonly Setting[] {
    return [...(this.#catalogue.roles.get(role)?.settings ?? []), ['role', role], ...this.#fixed]
  }
}
/** The role's name is the token's to say, so there may be many. */
const keptRoles = 10

export const requestSettings = (
  request: RestRequest,
  caller: Caller,
  common: RoleSettings,
): NamedSettings => {
  const { names, values } = common.of(caller.role)
  const { method, path, headers } = request
  return {
    names,
    values: [...values, caller.claimsJson, method, path, headersOf(headers), cookiesOf(headers.cookie)],
  }
}

/** A function's isolation goes before its caller's role's; the default needs no saying. */
export const isolationOf = (
  caller: Caller,
  catalogue: Catalogue,
  routine: Routine | undefined,
): Isolation | undefined => {
  const level = routine?.isolation ?? catalogue.roles.get(caller.role)?.isolation ?? 'read committed'
  return level === 'read committed' ? undefined : level
}
