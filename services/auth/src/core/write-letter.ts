// A draft becomes a letter: in the project's own words where it has some, else in ours.

import type { AuthConfig, Observe } from '@plinth/contracts'
import { layOut, renderTemplate, textOfHtml } from '@plinth/mail'
import type { Draft, Letter } from './letter.ts'
import { letterWords, type Words } from './letter-words.ts'

type LetterConfig = Pick<
  AuthConfig,
  | 'site_url'
  | 'sms_template'
  | 'mfa_phone_template'
  | Extract<keyof AuthConfig, `mailer_subjects_${string}` | `mailer_templates_${string}`>
>

/** The variables that templates of projects are written with; their names are upstream's. */
const variablesOf = ({ user, ...draft }: Draft, siteUrl: string): object => ({
  SiteURL: siteUrl,
  Email: user.email ?? '',
  Data: user.raw_user_meta_data,
  ...(draft.code === '' ? {} : { Token: draft.code, TokenHash: draft.hash }),
  ...(draft.link === '' ? {} : { ConfirmationURL: draft.link, RedirectTo: draft.redirectTo }),
  ...draft.more,
})

const layOutWords = ({ title, lead, button, hasCode, note }: Words): string =>
  layOut({
    title,
    body: [lead],
    button: button === undefined ? undefined : { label: button, href: '{{ .ConfirmationURL }}' },
    code: hasCode && '{{ .Token }}',
    note,
  })

export type Pen = { readonly config: LetterConfig; readonly observe: Observe }

/** A template that cannot be understood must not keep anybody out: our own takes its place. */
const render = (
  { observe }: Pen,
  own: { readonly name: string; readonly template: string; readonly usual: string },
  variables: object,
  as: 'html' | 'text',
): string => {
  if (own.template !== '') {
    try {
      return renderTemplate(own.template, variables, as)
    } catch (error) {
      observe({ level: 'warn', event: 'auth.template_failed', fields: { template: own.name }, error })
    }
  }
  return renderTemplate(own.usual, variables, as)
}

export const writeSms = (
  pen: Pen,
  { to, code, channel }: Pick<Draft, 'to' | 'code' | 'channel'>,
  template: string,
): Letter => {
  const own = { name: 'sms_template', template, usual: 'Your code is {{ .Code }}' }
  const text = render(pen, own, { Code: code }, 'text')
  const way = channel === undefined ? {} : { channel }
  return { kind: 'sms', to, code, link: '', subject: '', text, html: '', ...way }
}

export const writeLetter = (pen: Pen, draft: Draft): Letter => {
  const { kind, to, code, link } = draft
  const { config } = pen
  const smsTemplate = draft.action === 'mfa' ? config.mfa_phone_template : config.sms_template
  if (kind === 'sms') return writeSms(pen, draft, smsTemplate)
  const words = letterWords[kind]
  const variables = variablesOf(draft, config.site_url)
  const subjectKey = `mailer_subjects_${kind}` as const
  const bodyKey = `mailer_templates_${kind}_content` as const
  const title = { name: subjectKey, template: config[subjectKey], usual: words.subject }
  const body = { name: bodyKey, template: config[bodyKey], usual: layOutWords(words) }
  const html = render(pen, body, variables, 'html')
  const subject = render(pen, title, variables, 'text').replace(/\s+/g, ' ').trim()
  return { kind, to, code, link, subject, text: textOfHtml(html), html }
}
