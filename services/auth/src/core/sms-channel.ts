// How a text reaches a phone.

import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'

export type Channel = 'sms' | 'whatsapp'

/** Empty is `sms`. A hook takes any channel: it sends by itself. */
export const parseChannel = (
  { config, hooks }: Pick<Parts, 'config' | 'hooks'>,
  channel: string,
): Channel => {
  if (channel === 'whatsapp' && config.sms_provider.startsWith('twilio')) return 'whatsapp'
  if (channel !== '' && channel !== 'sms' && !hooks.isOn('send_sms')) throw errors.channelUnknown()
  return 'sms'
}
