// An answer as it goes over the wire.

import { STATUS_CODES } from 'node:http'
import { forbiddenInValue, headerName } from '../head-text.ts'

/** By far the longest, and the same on every answer. */
const longName = 'access-control-expose-headers'
let longValue = ''
let longLine = ''

const fieldLine = (name: string, value: string): string => {
  if (name !== longName) return checked(name, value)
  if (value !== longValue) {
    longLine = checked(name, value)
    longValue = value
  }
  return longLine
}

/** Throws for what would not be a header, or more than one. */
const checked = (name: string, value: string): string => {
  if (!headerName.test(name))
    throw new TypeError(`An answer cannot have a header of the name ${JSON.stringify(name)}.`)
  if (forbiddenInValue.test(value))
    throw new TypeError(`The header ${name} has a character that it cannot have.`)
  return `${name}: ${value}\r\n`
}

let dateAt = 0
let dateLine = ''

/** Many answers fall into the same second. */
const dateNow = (): string => {
  const now = Math.floor(Date.now() / 1000)
  if (now !== dateAt) {
    dateAt = now
    dateLine = `date: ${new Date(now * 1000).toUTCString()}\r\n`
  }
  return dateLine
}

/** The head with the empty line at its end. `headers`: names and values in turn. */
export const answerHead = (status: number, headers: readonly string[], isLast: boolean): string => {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`
  let date = dateNow()
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? ''
    if (name.length === 4 && name.toLowerCase() === 'date') date = ''
    head += fieldLine(name, headers[index + 1] ?? '')
  }
  return `${head}${date}${isLast ? 'connection: close\r\n' : ''}\r\n`
}
