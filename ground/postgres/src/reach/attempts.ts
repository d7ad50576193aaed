// Which ways to a server are tried, in which order: several places, and for each of them encrypted or not.

import { DatabaseError } from '../database-error.ts'
import { addressOf, type ConnectOptions, isLocal, type Place, type ServerAddress } from './place.ts'
import { type TlsSettings, tlsSettings } from './tls-settings.ts'

export type Attempt = {
  readonly address: ServerAddress
  /** Absent: not encrypted. */
  readonly tls: TlsSettings | undefined
}

const encryptions = {
  disable: [false],
  allow: [false, true],
  prefer: [true, false],
  require: [true],
  'verify-ca': [true],
  'verify-full': [true],
} as const

/** A socket of this machine is never encrypted. */
const attemptsAt = (place: Place, { tls }: ConnectOptions): readonly Attempt[] => {
  const address = addressOf(place)
  if (tls === undefined || isLocal(place)) return [{ address, tls: undefined }]
  return encryptions[tls.mode].map((isEncrypted) => ({
    address,
    tls: isEncrypted ? tlsSettings(tls, place) : undefined,
  }))
}

/** By place. */
export const listAttempts = (options: ConnectOptions): readonly (readonly Attempt[])[] =>
  [options, ...(options.others ?? [])].map((place) => attemptsAt(place, options))

/** Whether there is nothing to find out before connecting. */
export const hasOneWay = (options: ConnectOptions): boolean =>
  options.others === undefined &&
  (options.serverKind ?? 'any') === 'any' &&
  listAttempts(options).flat().length === 1

/** The server would not have TLS, or would have nothing else: the other way may do. */
export const mayTryOtherwise = (error: unknown): boolean =>
  !(error instanceof DatabaseError) || error.sqlstate === '28000'

/** The server has not refused this user, so another place may do. */
export const mayTryElsewhere = (error: unknown): boolean =>
  !(error instanceof DatabaseError) || error.sqlstate.startsWith('57P')
