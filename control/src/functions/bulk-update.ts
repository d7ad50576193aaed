// Activates several bundled versions at once: all of them, or none.

import type { Queries } from '@plinth/postgres'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { changeDeployed } from './change-functions.ts'
import { activateVersion } from './deploy.ts'
import { errors } from './errors.ts'
import { FunctionEntry, FunctionReply, showFunction } from './function-reply.ts'
import { findFunction, findVersion, updateVersion } from './queries.ts'
import type { Deployed } from './rows.ts'

const activateEntry = async (
  db: Queries,
  ref: string,
  entry: z.infer<typeof FunctionEntry>,
): Promise<Deployed> => {
  const fn = await findFunction(db, ref, entry.slug)
  if (fn === undefined || fn.id !== entry.id) throw errors.notFound()
  const bundled = await findVersion(db, fn.id, entry.version)
  if (bundled === undefined) throw errors.versionMissing(entry.slug, entry.version)
  const settings = { name: entry.name, verify_jwt: entry.verify_jwt ?? bundled.verify_jwt }
  await updateVersion(db, fn.id, entry.version, settings)
  return activateVersion(db, { ...bundled, ...settings })
}

export const bulkUpdate = operation({
  name: 'functions.bulk-update',
  about: 'Lets several bundled versions of functions answer, all at once.',
  rest: {
    method: 'PUT',
    path: '/v1/projects/:ref/functions',
    status: 200,
    id: 'v1-bulk-update-functions',
    tag: 'Edge Functions',
    bodyAs: 'entries',
  },
  scope: onProject('edge_functions_write'),
  input: z.object({ ...byRef, entries: z.array(FunctionEntry) }),
  output: z.object({ functions: z.array(FunctionReply) }),
  run: (call, { ref, entries }) =>
    changeDeployed(call, ref, async (db) => {
      const functions = []
      for (const entry of entries) functions.push(showFunction(ref, await activateEntry(db, ref, entry)))
      return { functions }
    }),
})
