// A browser as far as our pages need one: it keeps cookies, reads forms and sends them back with its origin.

import type { TestControl } from './test-control.ts'

export type PageReply = {
  readonly status: number
  readonly location: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

const origin = 'http://localhost:8000'

const unescapeHtml = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

const hiddenFields = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(
      ([, name = '', value = '']) => [name, unescapeHtml(value)],
    ),
  )

export const openBrowser = (t: TestControl) => {
  const cookies = new Map<string, string>()

  const send = async (
    method: 'GET' | 'POST',
    path: string,
    options: { body?: string; headers?: object } = {},
  ) => {
    const response = await t.app.inject({
      method,
      url: path,
      headers: {
        host: 'localhost:8000',
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded', origin }),
        ...options.headers,
      },
      ...(options.body !== undefined && { payload: options.body }),
    })
    for (const cookie of [response.headers['set-cookie'] ?? []].flat()) {
      const [pair = ''] = cookie.split(';')
      const [name = '', value = ''] = pair.split('=')
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return {
      status: response.statusCode,
      location: String(response.headers.location ?? ''),
      headers: response.headers,
      text: response.body,
    } satisfies PageReply
  }

  const open = (path: string) => send('GET', path)

  /** Sends the form of a page: its hidden fields, and what the person fills in. */
  const submit = (
    page: PageReply,
    path: string,
    filled: Record<string, string | string[]> = {},
    headers = {},
  ) => {
    const hidden = hiddenFields(page.text.slice(page.text.indexOf(`action="${path}"`)))
    const fields = Object.entries({ ...hidden, ...filled })
    const pairs = fields.flatMap(([name, value]) =>
      [value].flat().map((one) => [name, one] as [string, string]),
    )
    return send('POST', path, { body: new URLSearchParams(pairs).toString(), headers })
  }

  const signIn = async (email: string, password: string, next = '/account') => {
    const page = await open(`/login?next=${encodeURIComponent(next)}`)
    return submit(page, '/login', { email, password })
  }

  return { open, send, submit, signIn, cookies }
}
