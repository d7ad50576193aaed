// What the program notices, in the words that PostgREST has for it, so that whoever reads one log can read the other.

import type { Observation, RequestObservation } from '@plinth/contracts'
import { toPlinthError } from '@plinth/errors'
import { databaseFault } from '@plinth/rest'
import type { Settings } from '../config/settings.ts'

type Fields = Readonly<Record<string, unknown>>
type Messages = (fields: Fields, error: unknown, settings: Settings) => readonly string[]

const oneLine = (text: string): string => text.replaceAll(/\s*[\r\n]+\s*/g, ' ')

/** A name that cannot be looked up is told as libpq tells it. */
const lookUpFailure = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined
  return 'syscall' in error && error.syscall === 'getaddrinfo' && 'hostname' in error
    ? `could not translate host name "${error.hostname}" to address: ${error.message}`
    : lookUpFailure(error.cause)
}

const reasonOf = (error: unknown): string =>
  oneLine(lookUpFailure(error) ?? (error instanceof Error ? error.message : String(error)))

/** An error as its answer's body is. */
const asJson = (error: unknown): string => {
  const { code, message, details, hint } = toPlinthError(databaseFault(error, true))
  return JSON.stringify({ code, details: details ?? null, hint: hint ?? null, message })
}

/** What PostgREST tells besides the request's line: errors of the database, of its pool, of the catalogue. */
const isOfTheDatabase = (error: unknown): boolean => !/^PGRST(?!00)/.test(toPlinthError(error).code)

const known: Readonly<Record<string, Messages>> = {
  'program.starting': ({ name }) => [`Starting ${name}...`],
  'program.refused': (_, error) => [`Failed to establish a connection. ${asJson(error)}`],
  'program.lost': () => ['Automatic recovery disabled, exiting.'],
  'signal.received': ({ signal }) => [`Received termination unix signal ${signal}`],
  'server.listening': ({ address }) => [`API server listening on ${address}`],
  'admin.listening': ({ address }) => [`Admin server listening on ${address}`],
  'settings.changed': () => ['Config reloaded'],
  'settings.not_valid': ({ problem }) => [`Failed reloading config: ${problem}`],
  'settings.read_failed': (_, error) => [
    `Failed to query database settings for the config parameters.${asJson(error)}`,
  ],
  'settings.old_role_path': ({ path }) => [
    `WARNING: The config \`jwt-role-claim-key=${path}\` is using the deprecated JSPath syntax.`,
    `Update \`jwt-role-claim-key=${path}\` to the new JSONPath syntax as support for JSPath will be removed in a future release. See the migration guide on how to update: https://github.com/PostgREST/postgrest/blob/main/CHANGELOG.md#migration-to-v16`,
  ],
  'catalogue.loaded': ({ ms, relations, functions }) => [
    `Schema cache queried in ${Number(ms).toFixed(1)} milliseconds`,
    `Schema cache loaded ${relations} Relations, ${functions} Functions`,
  ],
  'catalogue.load_failed': (_, error, { api }) => [
    `Failed to load the schema cache using db-schemas=${api.schemas.join(',')} and db-extra-search-path=${api.extraSearchPath.join(',')}. ${asJson(error)}`,
  ],
  'database.listening': ({ host, port, channels }) => [
    `Listener connected to the database on "${host}:${port}" and listening for database notifications on the "${channels}" channel`,
  ],
  'database.notified': ({ channel, payload }) => [
    `Received a ${payload === 'reload config' ? 'config' : 'schema cache'} reload message on the "${channel}" channel`,
  ],
  'database.listen_failed': (_, error, { database }) => [
    `Failed listening for database notifications on the "${database.channel}" channel. ${reasonOf(error)}`,
  ],
  'request.failed': (_, error) => (isOfTheDatabase(error) ? [asJson(error)] : []),
  'request.old_names': ({ changes, method, url }) => [
    'WARNING: Embedded resource was referenced by relation name even though it has an alias. This is deprecated and will stop working in a future release.',
    `Update filters, orders or limits that use ${changes} in \`${method} ${oneLine(String(url))}\``,
  ],
  'connection.asked': () => ['Trying to borrow a connection from pool'],
  'connection.had': () => ['Borrowed a connection from the pool'],
  'query.run': ({ text }) => [oneLine(String(text))],
}

/** Never a secret: what is noticed holds none. */
export const messagesOf = (seen: Observation | RequestObservation, settings: Settings): readonly string[] => {
  const error = 'error' in seen ? seen.error : undefined
  const messages = known[seen.event]
  if (messages !== undefined) return messages(seen.fields ?? {}, error, settings)
  const fields = Object.entries(seen.fields ?? {}).map(([name, value]) => ` ${name}=${value}`)
  return [`${seen.event}${fields.join('')}${error === undefined ? '' : `: ${reasonOf(error)}`}`]
}
