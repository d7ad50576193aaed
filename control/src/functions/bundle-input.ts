// The older way to deploy: an eszip in the body with everything else in the query, or one source file in JSON.

import { z } from 'zod'
import { errors } from './errors.ts'

/** What the query says beside the body. */
export const bundleQuery = {
  slug: z.string().optional(),
  name: z.string().optional(),
  verify_jwt: z.boolean().optional(),
  import_map: z.boolean().optional(),
  entrypoint_path: z.string().optional(),
  import_map_path: z.string().optional(),
  ezbr_sha256: z.string().optional(),
}

export const Bundle = z.instanceof(Buffer, { error: 'expected an eszip' })

export const isBundle = (content: unknown): content is Buffer => Buffer.isBuffer(content)

export const bundleTypes = ['application/json', 'application/vnd.denoland.eszip'] as const

const marks = ['EZBR', 'ESZIP']

/** Throws for bytes that are no eszip, plain or packed. */
export const checkBundle = (bytes: Buffer): void => {
  if (!marks.some((mark) => bytes.subarray(0, mark.length).toString('latin1') === mark)) {
    throw errors.notABundle()
  }
}
