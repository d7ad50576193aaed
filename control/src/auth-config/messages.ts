// Settings of what the auth service sends: letters, notices, text messages.

import { z } from 'zod'
import { type AuthSetting, choice, count, flag, notYet, secret, text } from './setting.ts'

const letters = ['confirmation', 'email_change', 'invite', 'magic_link', 'reauthentication', 'recovery']
const notices = [
  'password_changed',
  'email_changed',
  'phone_changed',
  'mfa_factor_enrolled',
  'mfa_factor_unenrolled',
  'identity_linked',
  'identity_unlinked',
]
const written = [...letters, ...notices.map((name) => `${name}_notification`)]

const noMail = 'Mail cannot be sent through this server yet'

const mail: readonly AuthSetting[] = [
  flag('mailer_allow_unverified_email_sign_ins'),
  ...written.map((name) => text(`mailer_subjects_${name}`)),
  ...written.map((name) => text(`mailer_templates_${name}_content`)),
  ...notices.map((name) => notYet(`mailer_notifications_${name}_enabled`, 'Notices by mail')),
  text('smtp_host', { needs: noMail }),
  text('smtp_port'),
  text('smtp_user'),
  secret('smtp_pass'),
  text('smtp_sender_name'),
  { key: 'smtp_admin_email', schema: z.email(), initial: null },
]

const noMessages = 'Text messages cannot be sent through a provider yet; sms_test_otp works without one'

const messages: readonly AuthSetting[] = [
  choice('sms_provider', ['messagebird', 'textlocal', 'twilio', 'twilio_verify', 'vonage'], {
    needs: noMessages,
  }),
  secret('sms_messagebird_access_key'),
  text('sms_messagebird_originator'),
  secret('sms_textlocal_api_key'),
  text('sms_textlocal_sender'),
  text('sms_twilio_account_sid'),
  secret('sms_twilio_auth_token'),
  text('sms_twilio_content_sid'),
  text('sms_twilio_message_service_sid'),
  text('sms_twilio_verify_account_sid'),
  secret('sms_twilio_verify_auth_token'),
  text('sms_twilio_verify_message_service_sid'),
  text('sms_vonage_api_key'),
  secret('sms_vonage_api_secret'),
  text('sms_vonage_from'),
  text('sms_template', { initial: 'Your code is {{ .Code }}' }),
  { key: 'sms_test_otp_valid_until', schema: z.iso.datetime({ offset: true }), initial: null },
  count('rate_limit_sms_sent', { min: 1 }, { initial: 30 }),
]

export const ofMessages: readonly AuthSetting[] = [...mail, ...messages]
