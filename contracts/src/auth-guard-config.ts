// Settings against robots and leaked passwords, and how much one request and the service may take.

import { z } from 'zod'
import { switches, texts } from './config-keys.ts'

export const authGuardKeys = {
  ...switches(['security_captcha_enabled', 'password_hibp_enabled']),
  security_captcha_provider: z.enum(['hcaptcha', 'turnstile']).default('hcaptcha'),
  ...texts(['security_captcha_secret']),
  /** Believes `Sb-Forwarded-For` of servers that show a secret key: their visitors' addresses are counted, not theirs. */
  ...switches(['security_sb_forwarded_for_enabled']),
  /** Seconds after which a request is answered 504. */
  api_max_request_duration: z.int().min(1).default(10),
  /** Database connections of the service: a number, or a share of all that the database allows. */
  db_max_pool_size: z.int().min(1).default(10),
  db_max_pool_size_unit: z.enum(['connections', 'percent']).default('connections'),
}
