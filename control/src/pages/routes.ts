// How pages are served: GET shows, POST takes a form that is checked first. Errors are pages too.

import { type Dialect, renderWith } from '@plinth/http'
import type { FastifyInstance } from 'fastify'
import type { Platform } from '../frame/call.ts'
import { html } from './html.ts'
import { pageHeaders, renderPage } from './page.ts'
import { csrfField, type Form, openVisit, readForm, type Visit } from './visit.ts'

export type PageRoute = {
  readonly path: string
  /** Name in logs and metrics. */
  readonly name: string
  readonly show?: (visit: Visit) => Promise<unknown> | unknown
  readonly take?: (visit: Visit, form: Form) => Promise<unknown> | unknown
}

const titles: Readonly<Record<number, string>> = {
  403: 'Not allowed',
  404: 'Nothing here',
  429: 'One moment',
}

const pageDialect: Dialect = ({ status, message }) => ({
  status,
  headers: { ...pageHeaders() },
  body: renderPage({
    title: titles[status] ?? 'This did not work',
    body: html`<h1>${titles[status] ?? 'This did not work'}</h1><p class="note bad" role="alert">${message}</p>`,
  }),
})

/** `a=1&a=2&b=3` → `{ a: ['1', '2'], b: '3' }`. */
export const parseForm = (text: string): Form => {
  const params = new URLSearchParams(text)
  const entries = [...new Set(params.keys())].map((name) => {
    const all = params.getAll(name)
    return [name, all.length === 1 ? all[0] : all] as const
  })
  return Object.fromEntries(entries)
}

export const readForms = (app: FastifyInstance): void => {
  app.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, parseForm(body)),
  )
}

export const servePages = (app: FastifyInstance, platform: Platform, routes: readonly PageRoute[]): void => {
  app.removeAllContentTypeParsers()
  readForms(app)
  app.setErrorHandler(renderWith(pageDialect))
  for (const { path, name, show, take } of routes) {
    const config = { name }
    if (show) {
      app.get(path, { config }, async (request, reply) => show(await openVisit(platform, request, reply)))
    }
    if (take) {
      app.post(path, { config }, async (request, reply) => {
        const visit = await openVisit(platform, request, reply)
        return take(visit, readForm(visit))
      })
    }
  }
}

/** Who is signed in, and the way out. */
export const signedInAs = (visit: Visit) =>
  visit.person &&
  html`Signed in as <strong>${visit.person.email}</strong>. <form method="post" action="/logout">${csrfField(visit)}<button>Sign out</button></form>`
