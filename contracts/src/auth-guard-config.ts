// Settings against robots and leaked passwords.

import { z } from 'zod'
import { switches, texts } from './config-keys.ts'

export const authGuardKeys = {
  ...switches(['security_captcha_enabled', 'password_hibp_enabled']),
  security_captcha_provider: z.enum(['hcaptcha', 'turnstile']).default('hcaptcha'),
  ...texts(['security_captcha_secret']),
}
