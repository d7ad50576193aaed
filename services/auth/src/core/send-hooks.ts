// Projects that send letters and texts themselves: the hook gets the codes, nothing else leaves the house.

import type { Origin, Parts } from '../deps.ts'
import type { Draft } from './letter.ts'
import { renderUser } from './render-user.ts'

type Sending = Pick<Parts, 'hooks' | 'issuer'>

/** A change that both addresses confirm is one call: old code with new hash and the other way round, as upstream. */
const codesOf = (draft: Draft, other: Draft | undefined): object =>
  other === undefined
    ? { token: draft.code, token_hash: draft.hash, token_new: '', token_hash_new: '' }
    : { token: other.code, token_hash: draft.hash, token_new: draft.code, token_hash_new: other.hash }

const emailData = (issuer: string, draft: Draft, other: Draft | undefined): object => ({
  ...codesOf(draft, other),
  redirect_to: draft.redirectTo,
  email_action_type: draft.action,
  site_url: issuer,
  old_email: draft.more?.['OldEmail'] ?? '',
  old_phone: draft.more?.['OldPhone'] ?? '',
  provider: draft.more?.['Provider'] ?? '',
  factor_type: draft.more?.['FactorType'] ?? '',
})

type Sent = { readonly draft: Draft; readonly other: Draft | undefined; readonly origin: Origin }

export const sendByHook = async (
  { hooks, issuer }: Sending,
  { draft, other, origin }: Sent,
): Promise<void> => {
  const user = renderUser(draft.user)
  if (draft.kind === 'sms') {
    const type = draft.action === 'mfa' ? { sms_type: 'mfa' } : {}
    const sms = { otp: draft.code, ...type, phone: draft.to }
    await hooks.run('send_sms', { input: { user, sms }, origin })
    return
  }
  const input = { user, email_data: emailData(issuer, draft, other) }
  await hooks.run('send_email', { input, origin })
}
