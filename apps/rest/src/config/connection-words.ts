// libpq's connection keywords, from an address (`postgresql://user:pass@host:5432/db?sslmode=…`), from words
// (`host=… dbname=…`), and from the environment (`PGHOST`, `PGUSER`, …) for what neither says.

import { SettingProblem } from '@plinth/rest'
import type { Environment } from './settings.ts'

/** Value of a keyword; an empty one counts as not given. */
export type Word = (name: string) => string | undefined

type Words = Readonly<Record<string, string>>

/** Keywords and the variables that stand for them. */
const variables: Readonly<Record<string, string | undefined>> = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  dbname: 'PGDATABASE',
  application_name: 'PGAPPNAME',
  fallback_application_name: undefined,
  options: 'PGOPTIONS',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  load_balance_hosts: 'PGLOADBALANCEHOSTS',
  sslmode: 'PGSSLMODE',
  sslnegotiation: 'PGSSLNEGOTIATION',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslpassword: undefined,
  sslcrl: 'PGSSLCRL',
  sslsni: 'PGSSLSNI',
  ssl_min_protocol_version: 'PGSSLMINPROTOCOLVERSION',
  channel_binding: 'PGCHANNELBINDING',
  require_auth: 'PGREQUIREAUTH',
  service: 'PGSERVICE',
  gssencmode: 'PGGSSENCMODE',
}

/** Keywords of libpq that change nothing here. */
const idle = new Set([
  ...['client_encoding', 'keepalives', 'keepalives_idle', 'keepalives_interval', 'keepalives_count'],
  ...['tcp_user_timeout', 'sslcompression', 'sslcrldir', 'sslcertmode', 'ssl_max_protocol_version'],
  ...['requirepeer', 'krbsrvname', 'gsslib', 'gssdelegation', 'replication'],
])

const address = /^postgres(?:ql)?:\/\/(?:([^:@/?]*)(?::([^@]*))?@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new SettingProblem(`invalid percent-encoded token: "${text}"`)
  }
}

/** `host:port,[::1]:port` → both lists; they are equally long. */
const splitHosts = (text: string): Words => {
  const places = text.split(',').map((each) => /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(each))
  if (places.includes(null)) throw new SettingProblem('The db-uri is no valid connection string')
  const hosts = places.map((place) => decode(place?.[1] ?? place?.[2] ?? ''))
  const ports = places.map((place) => place?.[3] ?? '')
  return {
    ...(hosts.every((host) => host === '') ? undefined : { host: hosts.join(',') }),
    ...(ports.every((port) => port === '') ? undefined : { port: ports.join(',') }),
  }
}

const parseAddress = (text: string): Words => {
  const match = address.exec(text)
  if (match === null) throw new SettingProblem('The db-uri is no valid connection string')
  const [, user, password, hosts = '', dbname, query] = match
  const named = { user, password, dbname }
  const asked = Object.fromEntries(new URLSearchParams((query ?? '').replaceAll('+', '%2B')))
  const { ssl, ...rest } = asked
  return {
    ...splitHosts(hosts),
    ...Object.fromEntries(
      Object.entries(named).flatMap(([name, value]) => (value ? [[name, decode(value)]] : [])),
    ),
    // As JDBC has it.
    ...(ssl === 'true' ? { sslmode: 'require' } : ssl === undefined ? undefined : { ssl }),
    ...rest,
  }
}

const parseWords = (text: string): Words => {
  const words: Record<string, string> = {}
  const rest = text.replace(
    /\s*([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s\\]|\\.)*))\s*/gs,
    (_all, name: string, quoted: string | undefined, plain: string | undefined) => {
      words[name] = (quoted ?? plain ?? '').replace(/\\(.)/gs, '$1')
      return ''
    },
  )
  if (rest !== '') throw new SettingProblem(`missing "=" after "${rest}" in connection info string`)
  return words
}

/** Throws `SettingProblem` in libpq's words when the text is no connection string. */
export const readWords = (text: string, env: Environment): Word => {
  const isAddress = address.test(text)
  const words = text.trim() === '' ? {} : isAddress ? parseAddress(text) : parseWords(text)
  const unknown = Object.keys(words).find((name) => !(name in variables) && !idle.has(name))
  if (unknown !== undefined)
    throw new SettingProblem(
      isAddress ? `invalid URI query parameter: "${unknown}"` : `invalid connection option "${unknown}"`,
    )
  return (name) => words[name] || env[variables[name] ?? ''] || undefined
}
