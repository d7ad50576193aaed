// A site that renders on its server, with @supabase/ssr and cookies, walked in a real browser: sign up, confirm by
// the link, sign in, refresh, the same session in the page's own client, sign out.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServerClient, parseCookieHeader, serializeCookieHeader } from '@supabase/ssr'
import type { Browser, Page as BrowserPage } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../src/browser.ts'
import { copyInstallation } from '../src/copy.ts'
import type { Installation } from '../src/installation.ts'
import { createProject, makeManage, type Project } from '../src/manage.ts'
import { openSite, type Page, type Site } from '../src/site.ts'
import { until } from '../src/until.ts'

let installation: Installation
let project: Project
let site: Site
let browser: Browser

/** The client of one request: reads its cookies and writes those of the answer. */
const clientOf = (request: IncomingMessage, reply: ServerResponse) =>
  createServerClient(project.url, project.keys.publishable, {
    cookies: {
      getAll: () =>
        parseCookieHeader(request.headers.cookie ?? '').map(({ name, value = '' }) => ({ name, value })),
      setAll: (cookies) => {
        for (const { name, value, options } of cookies)
          reply.appendHeader('set-cookie', serializeCookieHeader(name, value, options))
      },
    },
  })

const readForm = async (request: IncomingMessage): Promise<Record<string, string>> => {
  let body = ''
  for await (const chunk of request) body += chunk
  return Object.fromEntries(new URLSearchParams(body))
}
const show = (reply: ServerResponse, text: string): void => {
  reply.setHeader('content-type', 'text/html').end(`<!doctype html><h1>${text}</h1>`)
}
const go = (reply: ServerResponse, path: string): void => {
  reply.writeHead(303, { location: path }).end()
}

const form: Page = (_request, reply) => {
  reply.setHeader('content-type', 'text/html').end(`<!doctype html><form method="post">
    <input name="email"><input name="password" type="password">
    <button formaction="/sign-up">Up</button><button formaction="/sign-in">In</button></form>`)
}

const pages: Readonly<Record<string, Page>> = {
  'GET /form': form,
  'POST /sign-up': async (request, reply) => {
    const { email = '', password = '' } = await readForm(request)
    const options = { emailRedirectTo: `${site.url}/callback` }
    const { error } = await clientOf(request, reply).auth.signUp({ email, password, options })
    show(reply, error?.message ?? 'Look into your mail')
  },
  'GET /callback': async (request, reply) => {
    const code = new URL(request.url ?? '', site.url).searchParams.get('code') ?? ''
    const { error } = await clientOf(request, reply).auth.exchangeCodeForSession(code)
    if (error) show(reply, error.message)
    else go(reply, '/me')
  },
  'POST /sign-in': async (request, reply) => {
    const { email = '', password = '' } = await readForm(request)
    const { error } = await clientOf(request, reply).auth.signInWithPassword({ email, password })
    if (error) show(reply, error.message)
    else go(reply, '/me')
  },
  'GET /me': async (request, reply) => {
    const { data } = await clientOf(request, reply).auth.getUser()
    show(reply, data.user?.email ?? 'Nobody')
  },
  'GET /sign-out': async (request, reply) => {
    await clientOf(request, reply).auth.signOut()
    go(reply, '/me')
  },
}

beforeAll(async () => {
  ;[installation, site, browser] = await Promise.all([copyInstallation(), openSite(pages), openBrowser()])
  const manage = makeManage(installation)
  project = await createProject(manage, 'server-side')
  const { status } = await manage('PATCH', `/v1/projects/${project.ref}/config/auth`, {
    site_url: site.url,
    uri_allow_list: `${site.url}/**`,
    mailer_autoconfirm: false,
    // Shorter than the client waits before it refreshes: each look at the session refreshes it.
    jwt_exp: 60,
  })
  expect(status).toBe(200)
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
  await installation?.remove()
})

const email = 'ssr@walk.test'
const title = (page: BrowserPage) => page.locator('h1').textContent()
const fill = async (page: BrowserPage, button: string, password = 'correct horse') => {
  await page.goto(`${site.url}/form`)
  await page.locator('[name=email]').fill(email)
  await page.locator('[name=password]').fill(password)
  await page.getByRole('button', { name: button }).click()
  return title(page)
}

const readLink = async (): Promise<string> => {
  const { secret } = project.keys
  const letter = await until('the letter to arrive', async () => {
    const headers = { apikey: secret, authorization: `Bearer ${secret}` }
    const reply = await fetch(`${project.url}/auth/v1/admin/inbox?to=${email}`, { headers })
    const { letters } = (await reply.json()) as { letters: readonly { link: string }[] }
    return letters[0]
  })
  return letter.link
}

test('walks from sign-up to sign-out', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const sessionCookie = async () =>
    (await context.cookies())
      .filter(({ name }) => /^sb-.*-auth-token(\.\d+)?$/.test(name))
      .map(({ value }) => value)
      .join('')

  expect(await fill(page, 'Up')).toBe('Look into your mail')
  expect(await fill(page, 'In')).toBe('Email not confirmed')
  await page.goto(await readLink())
  expect([await title(page), new URL(page.url()).pathname]).toEqual([email, '/me'])

  const before = await sessionCookie()
  expect(before).not.toBe('')
  await page.reload()
  expect(await title(page)).toBe(email)
  expect(await sessionCookie()).not.toBe(before)

  await page.goto(site.url)
  await page.waitForFunction(() => 'supabase' in globalThis)
  const inPage = await page.evaluate(
    async ([url, key]) => {
      const { createBrowserClient } = (globalThis as any).supabase
      const { data } = await createBrowserClient(url, key).auth.getUser()
      return data.user?.email
    },
    [project.url, project.keys.publishable] as const,
  )
  expect(inPage).toBe(email)

  await page.goto(`${site.url}/sign-out`)
  expect([await title(page), await sessionCookie()]).toEqual(['Nobody', ''])
  expect(await fill(page, 'In', 'wrong horse')).toBe('Invalid login credentials')
  expect(await fill(page, 'In')).toBe(email)
  await context.close()
})

test('a link opened in another browser signs nobody in there', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${site.url}/callback?code=00000000-0000-0000-0000-000000000000`)
  expect(await title(page)).toContain('code verifier')
  await page.goto(`${site.url}/me`)
  expect(await title(page)).toBe('Nobody')
  await context.close()
})
