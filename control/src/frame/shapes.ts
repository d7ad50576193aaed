// Pieces of input and output that several operations share.

import { ProjectRef } from '@plinth/contracts'
import { z } from 'zod'

/** Input of an operation on one project. */
export const byRef = { ref: ProjectRef }

/** Input of an operation on one organization. */
export const bySlug = { slug: z.string().regex(/^[\w-]+$/) }

/** An answer without a body. */
export const nothing = z.void()
