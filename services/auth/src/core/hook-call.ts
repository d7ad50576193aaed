// A hook behind HTTP: signed as standard-webhooks says, tried up to three times within five seconds in all.

import { createHmac, randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { isPlinthError } from '@plinth/errors'
import { errors } from '../errors.ts'
import { readAtMost } from './read-at-most.ts'

export type HookAddress = { readonly uri: string; readonly secrets: string }
export type Patience = { readonly timeout: number; readonly pause: number }

const usual: Patience = { timeout: 5000, pause: 2000 }
const attempts = 3
const largest = 200 * 1024
const busy = new Set([429, 503])

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const keyOf = (secret: string): Buffer => {
  const key = /^v1,(?:whsec_)?(.+)$/.exec(secret)?.[1]
  if (key === undefined) throw errors.hookFailed('Error generating signatures: invalid signature format')
  if (!base64.test(key)) throw errors.hookFailed('Error generating signatures: illegal base64 data in secret')
  return Buffer.from(key, 'base64')
}

const sign = (secrets: string, id: string, seconds: number, body: string): string =>
  secrets
    .split('|')
    .filter((secret) => secret !== '')
    .map((secret) => createHmac('sha256', keyOf(secret)).update(`${id}.${seconds}.${body}`).digest('base64'))
    .map((signature) => `v1,${signature}`)
    .join(', ')

const post = ({ uri, secrets }: HookAddress, body: string, signal: AbortSignal): Promise<Response> => {
  const id = randomUUID()
  const seconds = Math.floor(Date.now() / 1000)
  return fetch(uri, {
    method: 'POST',
    redirect: 'manual',
    signal,
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': sign(secrets, id, seconds, body),
    },
  })
}

const checkType = (response: Response): void => {
  const type = response.headers.get('content-type')
  if (type === null || type === '')
    throw errors.hookAnswerType('Invalid Content-Type: Missing Content-Type header')
  const media = type.split(';', 1)[0]?.trim().toLowerCase()
  if (media === '') throw errors.hookAnswerType('Invalid Content-Type header: mime: no media type')
  if (media === 'application/json') return
  throw errors.hookAnswerType(`Invalid JSON response. Received content-type: ${type}`)
}

const readAnswer = async (response: Response): Promise<unknown> => {
  checkType(response)
  const text = await readAtMost(response, largest)
  if (text === undefined) throw errors.hookAnswerTooLarge(largest)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw errors.hookFailed('Error unmarshaling JSON output.', error)
  }
}

const unusable: Readonly<Record<number, string>> = {
  400: 'Invalid payload sent to hook',
  401: 'Hook requires authorization token',
}
const unavailable = 'Service currently unavailable due to hook'

/** `again`: the hook asks to be called once more. */
const read = async (response: Response): Promise<{ readonly answer: unknown } | 'again'> => {
  const { status } = response
  if (status === 204) return { answer: undefined }
  if (status === 200 || status === 202) return { answer: await readAnswer(response) }
  await response.body?.cancel()
  if (busy.has(status)) {
    if (response.headers.get('retry-after')) return 'again'
    throw errors.hookFailed(unavailable)
  }
  throw errors.hookFailed(unusable[status] ?? `Unexpected status code returned from hook: ${status}`)
}

/** What `fetch` throws when nobody answers; everything else is an answer. */
const isUnreachable = (error: unknown): error is TypeError => error instanceof TypeError

export const callHttpHook = async (
  address: HookAddress,
  input: object,
  { timeout, pause }: Patience = usual,
): Promise<unknown> => {
  const body = JSON.stringify(input)
  const signal = AbortSignal.timeout(timeout)
  const attempt = async (left: number): Promise<unknown> => {
    const result = await post(address, body, signal).catch(async (error: unknown) => {
      if (!isUnreachable(error)) throw error
      if (left === 1) throw errors.hookUnreachable(error)
      await wait(pause, undefined, { signal })
      return undefined
    })
    const outcome = result === undefined ? 'again' : await read(result)
    if (outcome !== 'again') return outcome.answer
    if (left === 1) throw errors.hookFailed(unavailable)
    return attempt(left - 1)
  }
  return attempt(attempts).catch((error: unknown) => {
    if (!signal.aborted || isPlinthError(error)) throw error
    throw errors.hookTimeout(
      `Failed to reach hook within maximum time of ${(timeout / 1000).toFixed(6)} seconds`,
    )
  })
}
