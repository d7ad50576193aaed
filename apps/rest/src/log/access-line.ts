// One request as a line of Apache's combined log, with the database role as the user.

import type { Observation, RequestObservation } from '@plinth/contracts'
import { logTime } from './time.ts'

/** What a client sends must not end the line or the quotes. */
const quoted = (value: unknown): string =>
  String(value ?? '').replace(
    /["\\\p{Cc}]/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )

export const accessLine = ({ fields = {} }: Observation | RequestObservation): string => {
  const { address, role, method, url, version, status, bytes, referer, agent }: Record<string, unknown> =
    fields
  return (
    `${address ?? '-'} - ${role ?? '-'} [${logTime(new Date())}] ` +
    `"${method} ${quoted(url)} HTTP/${version}" ${status} ${bytes ?? '-'} "${quoted(referer)}" "${quoted(agent)}"`
  )
}
