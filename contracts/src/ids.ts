// Identifiers that several processes exchange.

import { z } from 'zod'

/** Address of a project or a branch: exactly 20 lower-case letters. */
export const ProjectRef = z
  .string()
  .regex(/^[a-z]{20}$/, 'must be 20 lower-case letters')
  .brand<'ProjectRef'>()
export type ProjectRef = z.infer<typeof ProjectRef>
