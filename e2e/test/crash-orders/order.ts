// What a table of orders is made of: each is given to a control plane that is killed meanwhile.

import type { Installation } from '../../src/installation.ts'
import type { Manage, Reply } from '../../src/manage.ts'
import { query } from '../../src/manage.ts'

export type Site = {
  readonly installation: Installation
  readonly manage: Manage
  /** Reads and changes the control database. */
  readonly control: (text: string, values?: readonly unknown[]) => Promise<any[]>
}

export type Order = {
  readonly name: string
  readonly give: () => Promise<Reply>
  /** `true`: wholly carried out, `false`: nothing of it happened; throws for anything in between. */
  readonly isDone: () => Promise<boolean>
  /** Another order to the same thing, which must be taken: by default the same once more when nothing had happened. */
  readonly next?: (isDone: boolean) => Promise<Reply>
}

/** Answers whether all of the answers are the ones after the order, or all are the ones before it. */
export const eitherOf = <T>(found: T, before: T, after: T): boolean => {
  const [text, old, wanted] = [found, before, after].map((value) => JSON.stringify(value))
  if (text === wanted) return true
  if (text === old) return false
  throw new Error(`${text} is neither ${old} nor ${wanted}`)
}

export const ok = (reply: Reply): Reply => {
  if (reply.status >= 300) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`)
  return reply
}

export const one = async (site: Site, ref: string, sql: string): Promise<any> =>
  Object.values((await query(site.manage, ref, sql))[0])[0]
