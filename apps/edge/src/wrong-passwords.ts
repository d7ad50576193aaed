// Counts wrong passwords by project and address. Whoever has too many is reported to the supervisor, which bans the
// address; the ban comes back with the route.

import { type BanWish, isBanOn, type Route } from '@plinth/contracts'
import type { UnixClient } from '@plinth/http'
import type { Refusal } from './refusals.ts'

/** So many within this time, without a right one between. libpq makes two of each try (`sslmode=prefer`). */
const mostWrong = 10
const withinMs = 10 * 60_000
/** Addresses that are remembered; the one that was wrong longest ago is forgotten first. */
const mostAddresses = 10_000

export type WrongPasswords = {
  readonly wrong: (ref: string, address: string) => void
  /** What was wrong before is forgotten. */
  readonly right: (ref: string, address: string) => void
}

export const countWrongPasswords = (supervisor: Pick<UnixClient, 'request'>): WrongPasswords => {
  /** When they were, by project and address. */
  const times = new Map<string, readonly number[]>()
  const ban = (ref: string, address: string): void => {
    const wish: BanWish = { address }
    // Not heard: the count begins anew.
    supervisor.request('POST', `/branches/${ref}/bans`, wish).catch(() => undefined)
  }
  return {
    wrong: (ref, address) => {
      const key = `${ref} ${address}`
      const now = performance.now()
      const recent = [...(times.get(key) ?? []).filter((at) => now - at < withinMs), now]
      times.delete(key)
      if (recent.length >= mostWrong) {
        ban(ref, address)
        return
      }
      times.set(key, recent)
      const [oldest] = times.keys()
      if (oldest !== undefined && times.size > mostAddresses) times.delete(oldest)
    },
    right: (ref, address) => void times.delete(`${ref} ${address}`),
  }
}

/** Why not; `undefined` when the address is not banned. */
export const whyBanned = (
  { ref, bans }: Pick<Route, 'ref' | 'bans'>,
  address: string,
): Refusal | undefined => {
  const ban = bans?.find((one) => one.address === address && isBanOn(Date.parse(one.until), Date.now()))
  if (ban === undefined) return undefined
  return {
    sqlstate: '28000',
    message: `Too many wrong passwords came from ${address}: it is banned from this project's database until ${ban.until}.`,
    hint: `Wait, or lift the ban: supabase network-bans remove --db-unban-ip ${address} --project-ref ${ref} --experimental, or DELETE /v1/projects/${ref}/network-bans of the Management API.`,
  }
}
