// A whole page and the headers that keep it safe: no script, no frame, no other origin.

import type { FastifyReply } from 'fastify'
import { type Html, html } from './html.ts'
import { stylePath } from './style.ts'

export type Page = {
  readonly title: string
  readonly body: Html
  readonly footer?: Html
  readonly isWide?: boolean
  /** Where a form of this page may lead in the end, beside our own origin: the address of an app. */
  readonly leadsTo?: string
  /** Shows another page of ours inside. */
  readonly hasFrame?: boolean
}

/** What the policy may name: an origin, or the scheme of an app on the reader's machine. */
const sourceOf = (url: string): string => {
  const { origin, protocol } = new URL(url)
  return origin === 'null' ? protocol : origin
}

export const pageHeaders = ({
  leadsTo,
  hasFrame,
}: Pick<Page, 'leadsTo' | 'hasFrame'> = {}): Readonly<Record<string, string>> => ({
  'content-type': 'text/html; charset=utf-8',
  // Browsers hold redirects after a form to `form-action`, so the app's own address has to be in it.
  'content-security-policy': `default-src 'none'; style-src 'self'; img-src 'self';${hasFrame === true ? " frame-src 'self';" : ''} base-uri 'none'; frame-ancestors 'none'; form-action 'self'${leadsTo === undefined ? '' : ` ${sourceOf(leadsTo)}`}`,
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  // With `no-referrer` forms would send `Origin: null`, and we look at it.
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
})

export const renderPage = ({ title, body, footer, isWide }: Page): string =>
  html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${title} · Plinth</title><link rel="stylesheet" href="${stylePath}"></head>
<body><main class="${isWide === true ? 'wide' : ''}"><p class="brand">Plinth</p>
${body}
</main><footer>${footer}</footer></body>
</html>`.text

export const sendPage = (reply: FastifyReply, page: Page, status = 200): FastifyReply =>
  reply.code(status).headers(pageHeaders(page)).send(renderPage(page))
