// Logging in with a browser: the command prints a link and waits at the terminal for the code that the page shows; then it
// fetches its token and opens it with the key that it kept.

import { once } from 'node:events'
import type { Installation } from '@plinth/e2e'
import { type Page, signIn } from '../../visitor.ts'
import { CannotRunHere } from '../../walk.ts'
import type { Case } from './case.ts'
import type { Desk, Outcome } from './desk.ts'

const link = /\/cli\/login\?session_id=[\w-]+&token_name=\w+&public_key=[0-9a-f]+/

/** Resolves when the output shows it. */
type Watch = { readonly text: () => string; readonly until: (shape: RegExp) => Promise<string> }

const watch = (terminal: ReturnType<Desk['atTerminal']>): Watch => {
  let text = ''
  let look = (): void => undefined
  const more = (chunk: string) => {
    text += chunk
    look()
  }
  terminal.stdout?.setEncoding('utf8').on('data', more)
  terminal.stderr?.setEncoding('utf8').on('data', more)
  const until = (shape: RegExp) =>
    new Promise<string>((resolve, reject) => {
      look = () => {
        const found = shape.exec(text)
        if (found !== null) resolve(found[0])
      }
      terminal.once('close', () => reject(new Error(`It ended without ${shape}: ${text.slice(-300)}`)))
      look()
    })
  return { text: () => text, until }
}

const codeOf = ({ text }: Page): string => /class="code"[^>]*>([a-z0-9]{8})</.exec(text)?.[1] ?? ''

const noTerminal = 'needs a terminal, and `script` of util-linux to make one'

/** What `script` says where it cannot make one, or is another program of that name. */
const cannotMake = /^script: |openpty|usage: script/m

const logIn = async (installation: Installation, desk: Desk): Promise<Outcome> => {
  const terminal = desk.atTerminal(['login', '--no-browser', '--name', 'walk'])
  const ended = once(terminal, 'close').catch(() => {
    throw new CannotRunHere(noTerminal)
  })
  const shown = watch(terminal)
  const path = await Promise.race([shown.until(link), ended.then(() => '')]).catch((error: unknown) => {
    throw cannotMake.test(shown.text()) ? new CannotRunHere(noTerminal) : error
  })
  const visitor = await signIn(installation, 'walker@example.com')
  // The link names the vendor's own pages, whatever the profile says; the path is the same here.
  const code = codeOf(await visitor.submit(await visitor.open(path), '/cli/login'))
  await shown.until(/verification code/i)
  terminal.stdin?.write(`${code}\r`)
  const [exit] = await ended
  desk.forgetToken()
  return { code: exit, output: shown.text() }
}

/** At the end: from here on the command is the person's who logged in. */
export const logInAndOut = (installation: Installation): readonly Case[] => {
  let isIn = false
  const onlyIn = async () => {
    if (!isIn) throw new CannotRunHere('nobody could log in at a terminal')
  }
  return [
    { type: 'unlink', shows: /Finished/ },
    {
      type: 'login --no-browser --name walk',
      by: (desk) => logIn(installation, desk),
      shows: /logged in/i,
      after: () => {
        isIn = true
      },
    },
    { type: 'whoami', before: onlyIn, shows: /walker@example\.com/ },
    { type: 'orgs list', before: onlyIn, shows: /walker/i },
    { type: 'logout --yes', before: onlyIn },
    { type: 'orgs list', before: onlyIn, exit: 1, shows: /Access token not provided|supabase login/ },
  ]
}
