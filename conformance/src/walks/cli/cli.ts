// The official `supabase` command: its commands one after the other, by what they print and how they end.

import type { Walk } from '../../walk.ts'
import { account } from './account.ts'
import { branches } from './branches.ts'
import { stepOf, type Words } from './case.ts'
import { database } from './database.ts'
import { openDesk } from './desk.ts'
import { functions } from './functions.ts'
import { settings } from './settings.ts'
import { signOn } from './sign-on.ts'

export const cli: Walk = {
  area: 'supabase CLI',
  steps: ({ installation, project, atEnd }) => {
    const { ref, password } = project
    const words: Words = new Map([
      ['ref', ref],
      ['token', installation.token],
      ['url', `postgresql://postgres:${password}@db.${ref}.localhost:5432/postgres`],
      ['sql', "select relname from pg_class where relname like 'cli_%'"],
    ])
    let desk: ReturnType<typeof openDesk> | undefined
    const open = () => {
      desk ??= openDesk(installation, ref)
      return desk
    }
    atEnd(async () => (await desk)?.close())
    const cases = [
      ...account(words),
      ...database(words),
      ...functions,
      ...settings,
      ...branches,
      ...signOn(installation, words),
    ]
    return cases.map((one) => stepOf(open, one, words))
  },
}
