// Our own words for every letter, for projects that have not written theirs. Texts are templates, like theirs.

import type { LetterKind } from './letter.ts'

export type Words = {
  readonly subject: string
  readonly title: string
  readonly lead: string
  readonly button?: string
  readonly hasCode?: true
  readonly note: string
}

const ignore = 'If you did not ask for this, you need not do anything.'
const alarm = 'If this was not you, change your password and tell whoever runs this service.'
const notice = (title: string, lead: string): Words => ({ subject: title, title, lead, note: alarm })

export const letterWords: Readonly<Record<Exclude<LetterKind, 'sms'>, Words>> = {
  confirmation: {
    subject: 'Confirm your email address',
    title: 'Confirm your email address',
    lead: 'One click, and <strong>{{ .Email }}</strong> is yours to sign in with. Or enter the code below.',
    button: 'Confirm email address',
    hasCode: true,
    note: ignore,
  },
  invite: {
    subject: 'You have been invited',
    title: 'You have been invited',
    lead: 'Somebody would like you to join them at {{ .SiteURL }}. Accept, and an account is waiting for you.',
    button: 'Accept the invitation',
    hasCode: true,
    note: 'If you do not know what this is about, you need not do anything.',
  },
  recovery: {
    subject: 'Reset your password',
    title: 'Reset your password',
    lead: 'Somebody, you we hope, asked for a new password for {{ .Email }}. Choose it here, or enter the code below.',
    button: 'Choose a new password',
    hasCode: true,
    note: `${ignore} Your password stays as it is.`,
  },
  magic_link: {
    subject: 'Your sign-in link',
    title: 'Sign in',
    lead: 'This link signs you in, once and for a short time. So does the code below.',
    button: 'Sign in',
    hasCode: true,
    note: ignore,
  },
  email_change: {
    subject: 'Confirm the change of your email address',
    title: 'Confirm your new email address',
    lead: 'Your address is to change{{ if .Email }} from {{ .Email }}{{ end }} to <strong>{{ .NewEmail }}</strong>.',
    button: 'Confirm the change',
    hasCode: true,
    note: ignore,
  },
  reauthentication: {
    subject: '{{ .Token }} is your code',
    title: 'Confirm that it is you',
    lead: 'Enter this code to go on with what you are doing.',
    hasCode: true,
    note: 'If you did not ask for a code, somebody else may be using your account.',
  },
  password_changed_notification: notice(
    'Your password was changed',
    'The password of {{ .Email }} was changed a moment ago.',
  ),
  email_changed_notification: notice(
    'Your email address was changed',
    'Your account moved from {{ .OldEmail }} to {{ .Email }}.',
  ),
  phone_changed_notification: notice(
    'Your phone number was changed',
    'The phone number of your account is {{ .Phone }} now{{ if .OldPhone }}; it was {{ .OldPhone }}{{ end }}.',
  ),
  mfa_factor_enrolled_notification: notice(
    'A second factor was added',
    'Your account can now be confirmed with a second factor of the kind {{ .FactorType }}.',
  ),
  mfa_factor_unenrolled_notification: notice(
    'A second factor was removed',
    'A second factor of the kind {{ .FactorType }} was removed from your account.',
  ),
  identity_linked_notification: notice(
    'A way to sign in was added',
    '{{ .Provider }} can now be used to sign in as {{ .Email }}.',
  ),
  identity_unlinked_notification: notice(
    'A way to sign in was removed',
    '{{ .Provider }} can no longer be used to sign in as {{ .Email }}.',
  ),
}
