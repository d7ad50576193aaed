// HTTP behaviour as tables of cases: what is asked, what must come back.

import type { RestConfig } from '@plinth/contracts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Ask, openStudio, type Studio } from './a-studio.ts'

export type Case = Ask & {
  readonly name: string
  readonly status?: number
  readonly answer?: unknown
  /** The body word for word. */
  readonly text?: string
  /** `null` means that the header must not be there. */
  readonly shows?: Readonly<Record<string, unknown>>
}

/** One studio for the tests of a `describe`. */
export const withStudio = (changes: Partial<RestConfig> = {}): { readonly studio: () => Studio } => {
  let studio: Studio | undefined
  beforeAll(async () => {
    studio = await openStudio(changes)
  })
  afterAll(() => studio?.close())
  return {
    studio: () => {
      if (studio === undefined) throw new Error('the studio is not open yet')
      return studio
    },
  }
}

export const runTable = (studio: () => Studio, cases: readonly Case[]): void => {
  it.each(cases)('$name', async ({ name: _name, status = 200, answer, text, shows = {}, ...ask }) => {
    const told = await studio().ask(ask)
    expect({ status: told.status, body: told.status === status ? '' : told.body }).toEqual({
      status,
      body: '',
    })
    if (answer !== undefined) expect(told.body).toEqual(answer)
    if (text !== undefined) expect(told.text).toBe(text)
    for (const [header, value] of Object.entries(shows))
      expect(told.headers[header], header).toEqual(value ?? undefined)
  })
}
