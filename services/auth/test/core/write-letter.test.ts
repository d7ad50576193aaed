// The words of letters: ours, the project's, and what happens to templates that cannot be understood.

import { AuthConfig, mailLetters, mailNotices, type Observation } from '@plinth/contracts'
import { describe, expect, it } from 'vitest'
import type { Draft, LetterKind } from '../../src/core/letter.ts'
import type { UserRow } from '../../src/core/user-row.ts'
import { writeLetter } from '../../src/core/write-letter.ts'

// Only what letters look at.
const user = { email: 'ada@example.com', raw_user_meta_data: { name: '<Ada>' } } as unknown as UserRow

const draft = (kind: LetterKind, more: Partial<Draft> = {}): Draft => ({
  kind,
  user,
  to: 'ada@example.com',
  code: '123456',
  hash: 'abcdef',
  link: 'https://ref.test/auth/v1/verify?token=abcdef&type=signup&redirect_to=https%3A%2F%2Fa.test',
  redirectTo: 'https://a.test',
  action: 'signup',
  ...more,
})

const write = (one: Draft, config: Partial<AuthConfig> = {}) => {
  const noticed: Observation[] = []
  const observe = (what: object) => void noticed.push(what as Observation)
  const whole = AuthConfig.parse({ site_url: 'https://a.test', ...config })
  return { letter: writeLetter({ config: whole, observe }, one), noticed }
}

const more = {
  NewEmail: 'new@example.com',
  OldEmail: 'old@example.com',
  Phone: '49123',
  OldPhone: '49321',
  Provider: 'github',
  FactorType: 'totp',
}

describe('our own words', () => {
  it.each(mailLetters)('%s has the code in both parts and escapes its link', (kind) => {
    const { letter } = write(draft(kind, { more }))
    expect(letter.subject).not.toBe('')
    expect(letter.text).toContain('123456')
    expect(letter.html).toContain('123456')
    expect(letter.html).toContain('prefers-color-scheme: dark')
    expect(`${letter.subject}${letter.html}${letter.text}`).not.toMatch(/\{\{|undefined|\[object/)
    if (kind === 'reauthentication') return
    expect(letter.html).toContain('token=abcdef&amp;type=signup')
    expect(letter.text).toContain('token=abcdef&type=signup')
  })

  it.each(mailNotices)('%s tells what happened', (name) => {
    const { letter } = write(draft(`${name}_notification`, { code: '', hash: '', link: '', more }))
    expect(letter.subject).not.toBe('')
    expect(`${letter.subject}${letter.html}${letter.text}`).not.toMatch(/\{\{|undefined|\[object/)
  })
})

it('takes the words of the project, with every variable', () => {
  const { letter } = write(draft('confirmation'), {
    mailer_subjects_confirmation: 'Hi {{ .Data.name }},\nconfirm',
    mailer_templates_confirmation_content:
      '<a href="{{ .SiteURL }}/x?token_hash={{ .TokenHash }}&to={{ .RedirectTo }}">{{ .Data.name }} {{ .Token }} {{ .Email }}</a>',
  })
  expect(letter.subject).toBe('Hi <Ada>, confirm')
  expect(letter.html).toBe(
    '<a href="https://a.test/x?token_hash=abcdef&to=https://a.test">&lt;Ada&gt; 123456 ada@example.com</a>',
  )
  expect(letter.text).toBe(
    '<Ada> 123456 ada@example.com:\nhttps://a.test/x?token_hash=abcdef&to=https://a.test',
  )
})

it('falls back to our words when a template cannot be understood, and says so', () => {
  const { letter, noticed } = write(draft('recovery'), {
    mailer_templates_recovery_content: '{{ if .Token }}',
  })
  expect(letter.html).toContain('Reset your password')
  expect(noticed).toMatchObject([{ level: 'warn', event: 'auth.template_failed' }])
})

it('texts have a template of their own', () => {
  const { letter } = write(draft('sms'), { sms_template: '{{ .Code }} is your code for Shop' })
  expect(letter.text).toBe('123456 is your code for Shop')
})
