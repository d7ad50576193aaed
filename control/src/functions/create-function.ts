// Creates a function from one source text or from a bundle.

import { sha256Hex } from '@plinth/crypto'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { Bundle, bundleQuery, bundleTypes, checkBundle, isBundle } from './bundle-input.ts'
import { changeDeployed } from './change-functions.ts'
import { activateVersion, addVersion, bundleName, type Deployment, fromSources } from './deploy.ts'
import { errors } from './errors.ts'
import { FunctionReply, Slug, showFunction } from './function-reply.ts'
import { findFunction } from './queries.ts'
import { readFiles } from './source-files.ts'

const Source = z.strictObject({
  slug: Slug,
  name: z.string(),
  body: z.string(),
  verify_jwt: z.boolean().optional(),
})
const input = z.object({ ...byRef, ...bundleQuery, content: z.union([Bundle, Source]) })
type Wish = z.infer<typeof input>

const singleFile = 'index.ts'

/** One source text is a function of one file. */
export const fromText = (text: string) =>
  fromSources({
    files: readFiles([{ path: singleFile, bytes: Buffer.from(text) }]),
    entrypoint: singleFile,
    importMap: undefined,
  })

/** Paths of a bundle are those inside of it; nobody but the runtime looks there. */
export const fromBundle = (bytes: Buffer, query: Omit<Wish, 'ref' | 'content'>) => {
  checkBundle(bytes)
  return {
    kind: 'bundle' as const,
    files: readFiles([{ path: bundleName, bytes }]),
    entrypointPath: query.entrypoint_path ?? singleFile,
    importMapPath: query.import_map_path ?? null,
    digest: query.ezbr_sha256 ?? sha256Hex(bytes),
  }
}

const read = ({ content, ref: _, ...query }: Wish): Deployment => {
  if (!isBundle(content)) {
    const { slug, name, body, verify_jwt } = content
    return { slug, name, verifyJwt: verify_jwt ?? query.verify_jwt ?? true, ...fromText(body) }
  }
  const { slug, name } = query
  if (slug === undefined) throw errors.slugMissing()
  if (!Slug.safeParse(slug).success) throw errors.badSlug(slug)
  return { slug, name, verifyJwt: query.verify_jwt ?? true, ...fromBundle(content, query) }
}

export const createFunction = operation({
  name: 'functions.create',
  about: 'Creates an edge function from one source text or from a bundle.',
  rest: {
    method: 'POST',
    path: '/v1/projects/:ref/functions',
    status: 201,
    id: 'v1-create-a-function',
    tag: 'Edge Functions',
    bodyAs: 'content',
    consumes: bundleTypes,
  },
  scope: onProject('edge_functions_write'),
  input,
  output: FunctionReply,
  run: (call, wish) => {
    const { ref } = wish
    const deployment = read(wish)
    return changeDeployed(call, ref, async (db) => {
      if (((await findFunction(db, ref, deployment.slug))?.version ?? 0) > 0)
        throw errors.slugTaken(deployment.slug)
      const { version } = await addVersion(db, ref, deployment)
      return showFunction(ref, await activateVersion(db, version))
    })
  },
})
