// An organization as lists show it.

import { z } from 'zod'

export const Organization = z.object({ id: z.string(), slug: z.string(), name: z.string() })
