// A security key as a factor keeps it: a document whose names and encodings are upstream's.

import type { Credential, NewCredential } from './webauthn.ts'

/** Bytes are base64. */
export type KeptKey = {
  readonly id: string
  readonly publicKey: string
  readonly attestationType: string
  readonly transport: readonly string[] | null
  readonly flags: { readonly backupEligible: boolean; readonly backupState: boolean }
  readonly authenticator: { readonly AAGUID: string; readonly signCount: number }
}

const aaguidBytes = (aaguid: string): Buffer => Buffer.from(aaguid.replaceAll('-', ''), 'hex')

export const keepKey = (key: NewCredential): KeptKey => ({
  id: Buffer.from(key.id, 'base64url').toString('base64'),
  publicKey: Buffer.from(key.publicKey).toString('base64'),
  attestationType: key.attestationType,
  transport: key.transports,
  flags: { backupEligible: key.backupEligible, backupState: key.backedUp },
  authenticator: { AAGUID: aaguidBytes(key.aaguid).toString('base64'), signCount: key.signCount },
})

export const keyOf = (kept: KeptKey): Credential => ({
  id: Buffer.from(kept.id, 'base64').toString('base64url'),
  publicKey: Buffer.from(kept.publicKey, 'base64'),
  signCount: kept.authenticator.signCount,
  transports: kept.transport ?? [],
  backupEligible: kept.flags.backupEligible,
  backedUp: kept.flags.backupState,
})

/** The same key after it was used. */
export const usedKey = (kept: KeptKey, used: Pick<Credential, 'signCount' | 'backedUp'>): KeptKey => ({
  ...kept,
  flags: { ...kept.flags, backupState: used.backedUp },
  authenticator: { ...kept.authenticator, signCount: used.signCount },
})
