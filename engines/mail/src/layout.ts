// The frame of our own letters: one column that mail programs of any age show, in the colours of light or dark.

import { escapeHtml } from './render-template.ts'

export type Layout = {
  readonly title: string
  /** Paragraphs, as HTML. */
  readonly body: readonly string[]
  readonly button?: { readonly label: string; readonly href: string } | undefined
  readonly code?: string | undefined
  readonly note?: string | undefined
}

const font = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"

const styles = `
    :root { color-scheme: light dark; supported-color-schemes: light dark; }
    @media (prefers-color-scheme: dark) {
      .page { background: #14161a !important; }
      .card { background: #1e2127 !important; border-color: #343841 !important; }
      .words, .title { color: #eceef2 !important; }
      .note { color: #a3a9b5 !important; }
      .code { background: #2a2e36 !important; color: #ffffff !important; }
    }`

const paragraph = (html: string): string =>
  `<p class="words" style="margin:0 0 16px;font:16px/1.5 ${font};color:#2b2f36">${html}</p>`

const buttonOf = ({ button }: Layout): string =>
  button === undefined
    ? ''
    : `<p style="margin:0 0 24px"><a href="${button.href}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#2457d6;color:#ffffff;font:600 16px/1.25 ${font};text-decoration:none">${escapeHtml(button.label)}</a></p>`

const codeOf = ({ code }: Layout): string =>
  code === undefined
    ? ''
    : `<p class="code" style="margin:0 0 16px;padding:12px 16px;border-radius:8px;background:#eef1f6;color:#14161a;font:600 24px/1.25 ui-monospace, Menlo, Consolas, monospace;letter-spacing:4px;text-align:center">${code}</p>`

const noteOf = ({ note }: Layout): string =>
  note === undefined
    ? ''
    : `<p class="note" style="margin:24px 0 0;font:14px/1.5 ${font};color:#646b78">${escapeHtml(note)}</p>`

/** `button.href` and `code` may be template actions: they stand in the result as given. */
export const layOut = (layout: Layout): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <title>${escapeHtml(layout.title)}</title>
    <style>${styles}
    </style>
  </head>
  <body class="page" style="margin:0;padding:24px 12px;background:#f4f5f7">
    <table role="presentation" align="center" width="100%" style="max-width:520px;margin:0 auto;border-collapse:separate">
      <tr><td class="card" style="padding:32px;border:1px solid #dfe2e8;border-radius:12px;background:#ffffff">
        <h1 class="title" style="margin:0 0 16px;font:600 22px/1.3 ${font};color:#14161a">${escapeHtml(layout.title)}</h1>
        ${[...layout.body.map(paragraph), buttonOf(layout), codeOf(layout), noteOf(layout)].filter(Boolean).join('\n        ')}
      </td></tr>
    </table>
  </body>
</html>
`
