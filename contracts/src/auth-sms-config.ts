// Settings of text messages: the provider, and what it knows the project by.

import { z } from 'zod'
import { texts } from './config-keys.ts'

export const authSmsKeys = {
  /** Empty: messages go to the project's inbox. */
  sms_provider: z.enum(['', 'messagebird', 'textlocal', 'twilio', 'twilio_verify', 'vonage']).default(''),
  ...texts([
    'sms_messagebird_access_key',
    'sms_messagebird_originator',
    'sms_textlocal_api_key',
    'sms_textlocal_sender',
    'sms_twilio_account_sid',
    'sms_twilio_auth_token',
    'sms_twilio_content_sid',
    'sms_twilio_message_service_sid',
    'sms_twilio_verify_account_sid',
    'sms_twilio_verify_auth_token',
    'sms_twilio_verify_message_service_sid',
    'sms_vonage_api_key',
    'sms_vonage_api_secret',
    'sms_vonage_from',
  ]),
}
