// One command of the walk, and what it must do.

import assert from 'node:assert/strict'
import { CannotRunHere, type Step } from '../../walk.ts'
import type { Desk, Outcome } from './desk.ts'

export type Case = {
  /** What is typed after `supabase`; words in braces are filled in when it runs. */
  readonly type: string
  /** Default 0. */
  readonly exit?: number
  readonly shows?: RegExp
  readonly hides?: RegExp
  /** It opens the database, or the project by name over HTTPS. */
  readonly byName?: true
  /** Only in the whole walk (`--all`). */
  readonly rare?: true
  /** Why it is not tried here at all. */
  readonly notHere?: string
  /** What is given at the standard input. */
  readonly input?: string
  /** Types it in another way than on one line. */
  readonly by?: (desk: Desk) => Promise<Outcome>
  readonly before?: (desk: Desk) => Promise<unknown>
  readonly after?: (desk: Desk, output: string) => Promise<unknown> | unknown
}

/** What stands for `{name}` in the commands; cases add what they learn. */
export type Words = Map<string, string>

const noNames =
  'needs ports 443 and 5432 and names of projects; this user may not give them to one program here'

/** Splits like a shell with single quotes, then fills in the words. */
const argumentsOf = (line: string, words: Words): readonly string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) =>
    (quoted ?? plain ?? '').replace(/\{(\w+)\}/g, (whole, name) => words.get(name) ?? whole),
  )

export const stepOf = (openDesk: () => Promise<Desk>, one: Case, words: Words): Step => [
  `supabase ${one.type}`,
  async () => {
    if (one.notHere !== undefined) throw new CannotRunHere(one.notHere)
    const desk = await openDesk()
    if (one.byName && desk.names === undefined) throw new CannotRunHere(noNames)
    await one.before?.(desk)
    const { code, output } =
      (await one.by?.(desk)) ?? (await desk.run(argumentsOf(one.type, words), one.input))
    assert.equal(code, one.exit ?? 0, output.slice(-500))
    if (one.shows !== undefined) assert.match(output, one.shows)
    if (one.hides !== undefined) assert.doesNotMatch(output, one.hides)
    await one.after?.(desk, output)
  },
]
