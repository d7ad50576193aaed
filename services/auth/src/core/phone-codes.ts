// Twilio Verify makes and checks codes itself: what people type in is shown to it.

import { fetchJson } from '@plinth/http'
import type { Parts } from '../deps.ts'
import { flagAt, textAt } from './json-path.ts'
import { basicAuth, verifyService } from './sms-providers.ts'

type Asking = Pick<Parts, 'config' | 'hooks' | 'outbound' | 'observe'>

/** Whether codes are not ours: a hook that sends texts gets ours all the same. */
export const codesAreTheirs = ({ config, hooks }: Pick<Asking, 'config' | 'hooks'>): boolean =>
  config.sms_provider === 'twilio_verify' && !hooks.isOn('send_sms')

/** Whether the provider sent this code to this phone lately. It answers yes once. */
export const checkAtProvider = async (
  { config, outbound, observe }: Asking,
  phone: string,
  code: string,
): Promise<boolean> => {
  try {
    const answer = await fetchJson(outbound, {
      method: 'POST',
      url: `${verifyService(config)}/VerificationCheck`,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...basicAuth(config.sms_twilio_verify_account_sid, config.sms_twilio_verify_auth_token),
      },
      body: new URLSearchParams({ To: `+${phone}`, Code: code }).toString(),
    })
    return textAt(answer, 'status') === 'approved' && flagAt(answer, 'valid')
  } catch (error) {
    // It says "not found" of codes that are over or were used, and nothing at all when it is away.
    observe({ level: 'info', event: 'auth.phone_code_refused', error })
    return false
  }
}
