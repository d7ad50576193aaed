// An address that is shut out of a branch's database for a while, after wrong passwords.

import { z } from 'zod'

export const Ban = z.object({
  address: z.string(),
  /** When it ends by itself. */
  until: z.iso.datetime(),
})
export type Ban = z.infer<typeof Ban>

/** Body of the supervisor's `POST /branches/{ref}/bans`. */
export const BanWish = Ban.pick({ address: true })
export type BanWish = z.infer<typeof BanWish>

/** Body of the supervisor's `DELETE /branches/{ref}/bans`. */
export const LiftWish = z.object({ addresses: z.array(z.string()) })
export type LiftWish = z.infer<typeof LiftWish>

/** How long a ban lasts. */
export const banMs = 30 * 60_000

/** Whether a ban that ends at this moment holds: one that would last longer is from before the clock was set back. */
export const isBanOn = (until: number, now: number): boolean => until > now && until - now <= banMs
