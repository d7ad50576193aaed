// Functions as a list and one by one.

import type { Queries } from '@plinth/postgres'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { changeDeployed } from './change-functions.ts'
import { errors } from './errors.ts'
import { FunctionReply, showFunction } from './function-reply.ts'
import { findFunction, listDeployed, removeFunction } from './queries.ts'
import type { Deployed } from './rows.ts'

const path = '/v1/projects/:ref/functions'
const tag = 'Edge Functions'

export const listFunctions = operation({
  name: 'functions.list',
  about: 'Lists the edge functions of a project.',
  rest: { method: 'GET', path, status: 200, id: 'v1-list-all-functions', tag },
  scope: onProject('edge_functions_read'),
  input: z.object(byRef),
  output: z.array(FunctionReply),
  run: async ({ db }, { ref }) => (await listDeployed(db, ref)).map((one) => showFunction(ref, one)),
})

/** The function that answers under the slug. */
export const getDeployed = async (db: Queries, ref: string, slug: string): Promise<Deployed> => {
  const found = (await listDeployed(db, ref)).find(({ fn }) => fn.slug === slug)
  if (found === undefined) throw errors.notFound()
  return found
}

const bySlug = { ...byRef, function_slug: z.string() }

export const getFunction = operation({
  name: 'functions.get',
  about: 'Gets one edge function.',
  rest: { method: 'GET', path: `${path}/:function_slug`, status: 200, id: 'v1-get-a-function', tag },
  scope: onProject('edge_functions_read'),
  input: z.object(bySlug),
  output: FunctionReply,
  run: async ({ db }, { ref, function_slug }) => showFunction(ref, await getDeployed(db, ref, function_slug)),
})

export const removeOne = operation({
  name: 'functions.delete',
  about: 'Deletes an edge function and its code.',
  rest: { method: 'DELETE', path: `${path}/:function_slug`, status: 200, id: 'v1-delete-a-function', tag },
  scope: onProject('edge_functions_write'),
  input: z.object(bySlug),
  output: nothing,
  run: (call, { ref, function_slug }) =>
    changeDeployed(call, ref, async (db) => {
      const fn = await findFunction(db, ref, function_slug)
      if (fn === undefined) throw errors.notFound()
      await removeFunction(db, fn.id)
    }),
})
