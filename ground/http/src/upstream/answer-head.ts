// The head of an HTTP/1.1 answer and what follows from it: where its body ends and whether the connection goes on.
// RFC 9112, and nothing of what it lets a reader forgive: what two readers could take differently is refused.

import { endOfLine, forbiddenInValue, headerName, trimmed } from '../head-text.ts'

export type AnswerHead = {
  readonly status: number
  readonly reason: string
  /** Names and values in turn, as they came. */
  readonly headers: readonly string[]
  readonly body: BodyFraming
  /** Whether another request may be sent behind this answer. */
  readonly keepsAlive: boolean
}

/** `close`: everything until the connection ends. A number is the length. */
export type BodyFraming = number | 'chunked' | 'close'

/** What comes in is not HTTP as we read it. The connection cannot be used any more. */
export class MalformedAnswer extends Error {}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/
const mostHeaders = 2000

/** The `name: value` between two places of a text, added to the list. Also for trailers. */
export const readHeaderLine = (text: string, start: number, end: number, headers: string[]): void => {
  const colon = text.indexOf(':', start)
  const name = text.slice(start, colon < 0 || colon > end ? start : colon)
  // No space before the colon, and no line that goes on in the next one.
  if (!headerName.test(name)) throw new MalformedAnswer('A header has no proper name.')
  const value = trimmed(text, colon + 1, end)
  if (forbiddenInValue.test(value)) throw new MalformedAnswer('A header has a character that it cannot have.')
  if (headers.length >= mostHeaders * 2) throw new MalformedAnswer('There are too many headers.')
  headers.push(name, value)
}

type Framing = { length: string | undefined; coding: string | undefined; connection: string }

const noteFraming = (framing: Framing, name: string, value: string): void => {
  switch (name.toLowerCase()) {
    case 'content-length':
      if (framing.length !== undefined) throw new MalformedAnswer('There are two lengths.')
      framing.length = value
      break
    case 'transfer-encoding':
      if (framing.coding !== undefined) throw new MalformedAnswer('There are two transfer codings.')
      framing.coding = value.toLowerCase()
      break
    case 'connection':
      framing.connection += `${value.toLowerCase()},`
      break
  }
}

/** Names of 14, 17 and 10 letters; the others need no second look. */
const mayFrame = ({ length }: string): boolean => length === 14 || length === 17 || length === 10

/** Without the spaces around it. Some readers take a tab there for a part of the value, so there may be none. */
const untabbed = (value: string): string => value.replace(/^ +| +$/g, '')

const readLength = (text: string): number => {
  const length = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(length)) throw new MalformedAnswer('The length is not a number.')
  return length
}

const framingOf = ({ length, coding }: Framing, isOld: boolean): BodyFraming => {
  if (coding === undefined) return length === undefined ? 'close' : readLength(length)
  if (length !== undefined) throw new MalformedAnswer('There is a length beside a transfer coding.')
  if (coding !== 'chunked' || isOld) throw new MalformedAnswer('The transfer coding is not known.')
  return 'chunked'
}

const hasNoBody = (status: number, method: string): boolean =>
  method === 'HEAD' || status === 204 || status === 304 || status < 200

/** `text` is the head as latin1 without the empty line at its end; `method` that of the request. Throws MalformedAnswer. */
export const readAnswerHead = (text: string, method: string): AnswerHead => {
  let end = endOfLine(text, 0)
  const matched = statusLine.exec(text.slice(0, end))
  if (matched === null) throw new MalformedAnswer('The status line is not one.')
  const status = Number(matched[2])
  const isOld = matched[1] === '0'
  const headers: string[] = []
  const framing: Framing = { length: undefined, coding: undefined, connection: '' }
  while (end < text.length) {
    const start = end + 2
    end = endOfLine(text, start)
    readHeaderLine(text, start, end, headers)
    const name = headers[headers.length - 2] ?? ''
    if (mayFrame(name)) noteFraming(framing, name, untabbed(text.slice(start + name.length + 1, end)))
  }
  // Read in any case: what is wrong with it is wrong for an answer without a body as well.
  const body = framingOf(framing, isOld)
  const ends = isOld || framing.connection.split(',').some((option) => option.trim() === 'close')
  if (status < 200 && ends) throw new MalformedAnswer('The connection ends before the answer.')
  const isEmpty = hasNoBody(status, method)
  return {
    status,
    reason: matched[3] ?? '',
    headers,
    body: isEmpty ? 0 : body,
    keepsAlive: !ends && (isEmpty || body !== 'close'),
  }
}
