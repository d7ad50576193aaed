// A form of sources → what is deployed. Clients differ in the order of the parts, in how they mark the metadata,
// and in whether files come one by one or as a zip.

import { z } from 'zod'
import type { Form } from '../frame/form.ts'
import { type Deployment, fromSources } from './deploy.ts'
import { errors } from './errors.ts'
import { Slug } from './function-reply.ts'
import { readFiles, type SourceFile } from './source-files.ts'

const Metadata = z.object({
  entrypoint_path: z.string().min(1),
  import_map_path: z.string().optional(),
  static_patterns: z.array(z.string()).optional(),
  verify_jwt: z.boolean().optional(),
  name: z.string().optional(),
})

const readMetadata = (form: Form): z.infer<typeof Metadata> => {
  const part = form.parts.find(({ field }) => field === 'metadata')
  if (part === undefined) throw errors.badMetadata('the form has no such part')
  try {
    return Metadata.parse(JSON.parse(part.bytes.toString()))
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw errors.badMetadata('it is no JSON')
    const [issue] = error.issues
    throw errors.badMetadata(`${issue?.path.join('.')}: ${issue?.message}`)
  }
}

const filesOf = (form: Form): readonly SourceFile[] =>
  readFiles(
    form.parts
      .filter(({ field }) => field !== 'metadata')
      .map(({ fileName, field, bytes }) => ({ path: fileName ?? field, bytes })),
  )

const slugify = (name: string): string =>
  name
    .trim()
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[^A-Za-z]+|-+$/g, '')

const findSlug = (given: string | undefined, name: string | undefined): string => {
  const slug = given ?? slugify(name ?? '')
  if (slug === '') throw errors.slugMissing()
  if (!Slug.safeParse(slug).success) throw errors.badSlug(slug)
  return slug
}

export const readDeployment = (form: Form, slug: string | undefined): Deployment => {
  const metadata = readMetadata(form)
  return {
    slug: findSlug(slug, metadata.name),
    name: metadata.name,
    verifyJwt: metadata.verify_jwt ?? true,
    ...fromSources({
      files: filesOf(form),
      entrypoint: metadata.entrypoint_path,
      importMap: metadata.import_map_path,
    }),
  }
}
