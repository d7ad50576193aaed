// People as replies of this domain name them: by number and name.

import { raw } from '@plinth/postgres'
import { z } from 'zod'

export const Person = z.object({ id: z.number(), username: z.string() }).nullable()

/** Joins that give `owner` and `updated_by` of a row `s`. */
export const joinPeople = raw(`
  left join lateral (select jsonb_build_object('id', a.number, 'username', a.username) as person
                       from accounts a where a.id = s.owner_id) o on true
  left join lateral (select jsonb_build_object('id', a.number, 'username', a.username) as person
                       from accounts a where a.id = s.updated_by) u on true`)
export const peopleColumns = raw('o.person as owner, u.person as updated_by')
