// The line of a finished request, written out: what JSON.stringify would say, at half its cost. There is one for every
// request, and it is the only line of which there are many.

import type { Observation, RequestObservation } from '@plinth/contracts'

export const isRequest = (seen: Observation | RequestObservation): seen is RequestObservation =>
  seen.event === 'request.finished'

const plain = /^[\w.:-]*$/

const member = (name: string, value: string | number | undefined): string => {
  if (value === undefined) return ''
  if (typeof value === 'string')
    return `,"${name}":${plain.test(value) ? `"${value}"` : JSON.stringify(value)}`
  return `,"${name}":${Number.isFinite(value) ? value : null}`
}

export type Common = {
  readonly time: string
  readonly process: string | undefined
  readonly ref: string | undefined
}

export const requestText = ({ level, event, fields }: RequestObservation, common: Common): string => {
  const { requestId, route, status, micros, role, bytes, code } = fields
  const what = `{"level":"${level}"${member('time', common.time)}${member('process', common.process)},"event":"${event}"`
  const who = `${member('ref', common.ref)}${member('requestId', requestId)}${member('route', route)}`
  const how = `${member('status', status)}${member('micros', micros)}${member('role', role)}`
  return `${what}${who}${how}${member('bytes', bytes)}${member('code', code)}}`
}
