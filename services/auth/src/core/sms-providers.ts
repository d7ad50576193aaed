// Text messages through the providers that upstream knows: one row each, all of them a form over HTTP.

import type { AuthConfig } from '@plinth/contracts'
import type { Outbound } from '@plinth/http'
import { errors } from '../errors.ts'
import { at, textAt } from './json-path.ts'
import type { Letter, Mail } from './letter.ts'

type Text = Required<Pick<Letter, 'to' | 'text' | 'code' | 'channel'>>

type Row = {
  /** What the provider knows the project by: without it nothing is sent. */
  readonly needs: readonly (keyof AuthConfig & `sms_${string}`)[]
  readonly url: (config: AuthConfig) => string
  readonly headers?: (config: AuthConfig) => Readonly<Record<string, string>>
  readonly form: (config: AuthConfig, text: Text) => Readonly<Record<string, string>>
  /** Providers that answer 200 to everything say in the body what went wrong. */
  readonly problem?: (answer: unknown) => string
}

export const basicAuth = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})

/** Base address of the project's own service at Twilio Verify. */
export const verifyService = ({ sms_twilio_verify_message_service_sid: sid }: AuthConfig): string =>
  `https://verify.twilio.com/v2/Services/${encodeURIComponent(sid)}`

const twilioForm: Row['form'] = (config, { to, text, code, channel }) => {
  const { sms_twilio_message_service_sid: from, sms_twilio_content_sid: content } = config
  // A service has an id, a number is written with its plus sign.
  const isNumber = /^\+?\d+$/.test(from)
  const sender = isNumber ? `+${from.replace('+', '')}` : from
  if (channel === 'sms') return { To: `+${to}`, Channel: channel, From: sender, Body: text }
  const address = { To: `whatsapp:+${to}`, Channel: channel, From: isNumber ? `whatsapp:${sender}` : sender }
  // Words that WhatsApp has approved beforehand, with a place for the code.
  if (content === '') return { ...address, Body: text }
  return { ...address, ContentSid: content, ContentVariables: JSON.stringify({ 1: code }) }
}

const rows: Readonly<Record<Exclude<AuthConfig['sms_provider'], ''>, Row>> = {
  twilio: {
    needs: ['sms_twilio_account_sid', 'sms_twilio_auth_token', 'sms_twilio_message_service_sid'],
    url: ({ sms_twilio_account_sid: sid }) =>
      `https://api.twilio.com/2010-04-01/Accounts/${encodeURIComponent(sid)}/Messages.json`,
    headers: (config) => basicAuth(config.sms_twilio_account_sid, config.sms_twilio_auth_token),
    form: twilioForm,
    problem: (answer) =>
      ['failed', 'undelivered'].includes(textAt(answer, 'status')) ? 'not delivered' : '',
  },
  twilio_verify: {
    needs: [
      'sms_twilio_verify_account_sid',
      'sms_twilio_verify_auth_token',
      'sms_twilio_verify_message_service_sid',
    ],
    url: (config) => `${verifyService(config)}/Verifications`,
    headers: (config) => basicAuth(config.sms_twilio_verify_account_sid, config.sms_twilio_verify_auth_token),
    form: (_config, { to, channel }) => ({ To: `+${to}`, Channel: channel }),
  },
  messagebird: {
    needs: ['sms_messagebird_access_key', 'sms_messagebird_originator'],
    url: () => 'https://rest.messagebird.com/messages',
    headers: (config) => ({ authorization: `AccessKey ${config.sms_messagebird_access_key}` }),
    form: (config, { to, text }) => ({
      originator: config.sms_messagebird_originator,
      body: text,
      recipients: to,
      type: 'sms',
      datacoding: 'unicode',
    }),
    problem: (answer) =>
      at(answer, 'errors') === undefined ? '' : textAt(answer, 'errors', 0, 'description'),
  },
  vonage: {
    needs: ['sms_vonage_api_key', 'sms_vonage_api_secret', 'sms_vonage_from'],
    url: () => 'https://rest.nexmo.com/sms/json',
    form: (config, { to, text }) => ({
      from: config.sms_vonage_from,
      to,
      text,
      api_key: config.sms_vonage_api_key,
      api_secret: config.sms_vonage_api_secret,
      // Letters beyond the plain alphabet arrive as such only when said so.
      ...(/^[\x20-\x7e\n]*$/.test(text) ? {} : { type: 'unicode' }),
    }),
    problem: (answer) =>
      textAt(answer, 'messages', 0, 'status') === '0'
        ? ''
        : textAt(answer, 'messages', 0, 'error-text') || 'no answer',
  },
  textlocal: {
    needs: ['sms_textlocal_api_key', 'sms_textlocal_sender'],
    url: () => 'https://api.textlocal.in/send',
    form: (config, { to, text }) => ({
      sender: config.sms_textlocal_sender,
      apikey: config.sms_textlocal_api_key,
      message: text,
      numbers: to,
    }),
    problem: (answer) =>
      textAt(answer, 'status') === 'success' ? '' : textAt(answer, 'errors', 0, 'message') || 'refused',
  },
}

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Takes text messages only. */
export const smsMail = (config: AuthConfig, outbound: Outbound): Mail => ({
  send: async ({ to, text, code, channel = 'sms' }: Letter) => {
    if (config.sms_provider === '') throw new Error('No provider of text messages is set.')
    const { needs, url, headers, form, problem } = rows[config.sms_provider]
    const missing = needs.find((key) => config[key] === '')
    if (missing !== undefined)
      throw errors.smsProviderUnset(new Error(`${config.sms_provider}: ${missing} is not set`))
    const answer = await outbound({
      method: 'POST',
      url: url(config),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers?.(config) },
      body: new URLSearchParams(form(config, { to, text, code, channel })).toString(),
    })
    const isGood = answer.status >= 200 && answer.status < 300
    const why = isGood ? problem?.(readJson(answer.text)) : `status ${answer.status}`
    if (why) throw new Error(`${config.sms_provider}: ${why}`)
  },
})
