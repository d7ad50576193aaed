// A person at the pages of an installation: keeps cookies, follows no redirect by itself, sends forms back with their
// hidden fields.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Installation } from '@plinth/e2e'

export type Page = { readonly status: number; readonly location: string; readonly text: string }

export type Visitor = {
  readonly open: (path: string) => Promise<Page>
  /** Sends the form with this action: what is hidden in it, and what the person fills in. */
  readonly submit: (page: Page, path: string, filled?: Readonly<Record<string, string>>) => Promise<Page>
}

const unescapeHtml = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')

const hiddenFields = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(
      ([, name = '', value = '']) => [name, unescapeHtml(value)],
    ),
  )

const openVisitor = (base: string): Visitor => {
  const cookies = new Map<string, string>()
  const send = async (path: string, form?: Readonly<Record<string, string>>): Promise<Page> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const wish = form && { method: 'POST', body: new URLSearchParams(form) }
    const reply = await fetch(new URL(path, base), { ...wish, redirect: 'manual', headers: { cookie } })
    for (const line of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    return {
      status: reply.status,
      location: reply.headers.get('location') ?? '',
      text: await reply.text(),
    }
  }
  return {
    open: (path) => send(path),
    submit: (page, path, filled = {}) =>
      send(path, { ...hiddenFields(page.text.slice(page.text.indexOf(`action="${path}"`))), ...filled }),
  }
}

const command = join(import.meta.dirname, '../../dist/cli.mjs')

/** Makes an account with the command of this machine, and signs it in. */
export const signIn = async (installation: Installation, email: string): Promise<Visitor> => {
  const { stdout } = await promisify(execFile)(process.execPath, [command, 'user', 'add', email], {
    env: { PATH: process.env['PATH'], PLINTH_DATA: installation.data },
  })
  const password = /[Pp]assword:? +(\S+)/.exec(stdout)?.[1] ?? ''
  const visitor = openVisitor(`http://localhost:${installation.port}`)
  const page = await visitor.submit(await visitor.open('/login?next=/account'), '/login', { email, password })
  if (page.location !== '/account') throw new Error(`${email} was not let in: ${stdout} ${page.status}`)
  return visitor
}
