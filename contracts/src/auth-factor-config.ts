// Settings of second factors, passkeys, and wallets.

import { z } from 'zod'
import { switches, texts } from './config-keys.ts'

export const authFactorKeys = {
  mfa_max_enrolled_factors: z.int().min(0).default(10),
  mfa_totp_enroll_enabled: z.boolean().default(true),
  mfa_totp_verify_enabled: z.boolean().default(true),
  ...switches(['mfa_phone_enroll_enabled', 'mfa_phone_verify_enabled']),
  mfa_phone_otp_length: z.int().min(6).max(10).default(6),
  mfa_phone_template: z.string().default('Your code is {{ .Code }}'),
  /** Seconds between two codes to one phone. */
  mfa_phone_max_frequency: z.int().min(0).default(5),
  ...switches(['mfa_web_authn_enroll_enabled', 'mfa_web_authn_verify_enabled', 'passkey_enabled']),
  /** Where empty, the site says who asks: its host is id and name, its origin the only one. Origins are a comma list. */
  ...texts(['webauthn_rp_display_name', 'webauthn_rp_id', 'webauthn_rp_origins']),
  ...switches(['external_web3_ethereum_enabled', 'external_web3_solana_enabled']),
}
