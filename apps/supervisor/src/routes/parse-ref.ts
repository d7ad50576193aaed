// The branch that an address names.

import { ProjectRef } from '@plinth/contracts'
import { errors } from '../errors.ts'

export const parseRef = (params: unknown): ProjectRef => {
  const ref = (params as { readonly ref: string }).ref
  const parsed = ProjectRef.safeParse(ref)
  if (!parsed.success) throw errors.badRequest(`${ref} is not a branch: a ref is 20 lower-case letters.`)
  return parsed.data
}
