// What SQL code can see of the request: settings of the transaction, made before its statement.

import type { Caller, RestConfig } from '@plinth/contracts'
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

/** A role's own settings come before the role, so that granting them to the login role is enough. */
export const requestSettings = (
  request: RestRequest,
  caller: Caller,
  catalogue: Catalogue,
  fixed: readonly Setting[],
): readonly Setting[] => {
  const settings: Setting[] = []
  for (const setting of catalogue.roles.get(caller.role)?.settings ?? []) settings.push(setting)
  settings.push(['role', caller.role])
  for (const setting of fixed) settings.push(setting)
  settings.push(
    ['request.jwt.claims', caller.claimsJson],
    ['request.method', request.method],
    ['request.path', request.path],
    ['request.headers', headersOf(request.headers)],
    ['request.cookies', cookiesOf(request.headers.cookie)],
  )
  return settings
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
