// The official `supabase` command: its commands one after the other, by what they print and how they end.

import type { Walk } from '../../walk.ts'
import { account } from './account.ts'
import { branches } from './branches.ts'
import { stepOf, type Words } from './case.ts'
import { database } from './database.ts'
import { openDesk } from './desk.ts'
import { everyCommand } from './every-command.ts'
import { functions } from './functions.ts'
import { logInAndOut } from './log-in.ts'
import { machine } from './machine.ts'
import { pushEverySection } from './push-config.ts'
import { settings } from './settings.ts'
import { signOn } from './sign-on.ts'

export const cli: Walk = {
  area: 'supabase CLI',
  steps: ({ installation, project, isWhole, atEnd }) => {
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
      ...settings(installation, words),
      ...pushEverySection,
      ...branches,
      ...signOn(installation, words),
      ...machine,
      ...logInAndOut(installation),
    ]
    const asked = cases.filter(({ rare }) => isWhole || rare !== true)
    const steps = asked.map((one) => stepOf(open, one, words))
    return isWhole ? [...steps, everyCommand(open, cases)] : steps
  },
}
