// Changes a function: new code as text or bundle makes a new version; name and token check alone do not.

import type { Queries } from '@plinth/postgres'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { Bundle, bundleQuery, bundleTypes, isBundle } from './bundle-input.ts'
import { changeDeployed } from './change-functions.ts'
import { fromBundle, fromText } from './create-function.ts'
import { activateVersion, addVersion } from './deploy.ts'
import { errors } from './errors.ts'
import { FunctionReply, showFunction } from './function-reply.ts'
import { findFunction, findVersion, updateVersion } from './queries.ts'
import type { Deployed, VersionRow } from './rows.ts'

const Edit = z.strictObject({
  name: z.string().optional(),
  body: z.string().optional(),
  verify_jwt: z.boolean().optional(),
})
const input = z.object({
  ...byRef,
  function_slug: z.string(),
  ...bundleQuery,
  content: z.union([Bundle, Edit]).optional(),
})
type Wish = z.infer<typeof input>

/** Code that the wish brings, if it brings some. */
const codeOf = ({ content, ...query }: Wish) => {
  if (isBundle(content)) return fromBundle(content, query)
  return content?.body === undefined ? undefined : fromText(content.body)
}

const settingsOf = ({ content, name, verify_jwt }: Wish, old: VersionRow) => {
  const edit = isBundle(content) ? undefined : content
  return {
    name: edit?.name ?? name ?? old.name,
    verify_jwt: edit?.verify_jwt ?? verify_jwt ?? old.verify_jwt,
  }
}

const getActive = async (db: Queries, ref: string, slug: string): Promise<Deployed> => {
  const fn = await findFunction(db, ref, slug)
  const version = fn && (await findVersion(db, fn.id, fn.version))
  if (fn === undefined || version === undefined) throw errors.notFound()
  return { fn, version }
}

export const updateFunction = operation({
  name: 'functions.update',
  about: 'Changes the name, the token check or the code of an edge function.',
  rest: {
    method: 'PATCH',
    path: '/v1/projects/:ref/functions/:function_slug',
    status: 200,
    id: 'v1-update-a-function',
    tag: 'Edge Functions',
    bodyAs: 'content',
    consumes: bundleTypes,
  },
  scope: onProject('edge_functions_write'),
  input,
  output: FunctionReply,
  run: (call, wish) => {
    const { ref, function_slug: slug } = wish
    const code = codeOf(wish)
    return changeDeployed(call, ref, async (db) => {
      const { fn, version: old } = await getActive(db, ref, slug)
      const settings = settingsOf(wish, old)
      if (code !== undefined) {
        const deployment = { slug, name: settings.name, verifyJwt: settings.verify_jwt, ...code }
        const { version } = await addVersion(db, ref, deployment)
        return showFunction(ref, await activateVersion(db, version))
      }
      await updateVersion(db, fn.id, old.version, settings)
      return showFunction(ref, await activateVersion(db, { ...old, ...settings }))
    })
  },
})
