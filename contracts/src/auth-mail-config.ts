// Settings of the letters of the auth service: the mail server and the project's own words.

import { switches, texts } from './config-keys.ts'

/** Letters that carry a code or a link. */
export const mailLetters = [
  'confirmation',
  'email_change',
  'invite',
  'magic_link',
  'reauthentication',
  'recovery',
] as const

/** Letters that only tell what has happened. */
export const mailNotices = [
  'password_changed',
  'email_changed',
  'phone_changed',
  'mfa_factor_enrolled',
  'mfa_factor_unenrolled',
  'identity_linked',
  'identity_unlinked',
] as const

const written = [...mailLetters, ...mailNotices.map((name) => `${name}_notification` as const)] as const

/** An empty subject or template stands for our own words; without a host letters go to the inbox. */
export const authMailKeys = {
  ...texts(['smtp_host', 'smtp_port', 'smtp_user', 'smtp_pass', 'smtp_admin_email', 'smtp_sender_name']),
  ...texts(written.map((name) => `mailer_subjects_${name}` as const)),
  ...texts(written.map((name) => `mailer_templates_${name}_content` as const)),
  ...switches(mailNotices.map((name) => `mailer_notifications_${name}_enabled` as const)),
}
