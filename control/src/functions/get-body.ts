// The code of a function: its files as a form, or the bundle it was deployed as.

import type { Queries } from '@plinth/postgres'
import { z } from 'zod'
import { Download } from '../frame/download.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { bundleName } from './deploy.ts'
import { errors } from './errors.ts'
import { readFilesOf } from './queries.ts'
import { getDeployed } from './read-functions.ts'
import type { VersionRow } from './rows.ts'

const bundleType = 'application/vnd.denoland.eszip'

const readContents = async (db: Queries, ref: string, { files }: VersionRow) => {
  const contents = await readFilesOf(
    db,
    ref,
    files.map(({ digest }) => digest),
  )
  return files.map(({ path, digest }) => {
    const bytes = contents.get(digest)
    if (bytes === undefined) throw new Error(`The content ${digest} of a function is gone.`)
    return { path, bytes }
  })
}

/** Files lie under `source/`, as the paths in records say. */
const asForm = async (db: Queries, ref: string, version: VersionRow): Promise<Download> => {
  const form = new FormData()
  form.append('metadata', JSON.stringify({ deno2_entrypoint_path: `source/${version.entrypoint_path}` }))
  for (const { path, bytes } of await readContents(db, ref, version)) {
    form.append('file', new Blob([new Uint8Array(bytes)], { type: 'text/plain' }), `source/${path}`)
  }
  const response = new Response(form)
  const type = response.headers.get('content-type') ?? 'multipart/form-data'
  return new Download(type, Buffer.from(await response.arrayBuffer()))
}

const asBundle = async (db: Queries, ref: string, version: VersionRow): Promise<Download> => {
  const [bundle] = await readContents(db, ref, version)
  if (bundle === undefined) throw new Error(`A function without its ${bundleName}.`)
  return new Download(bundleType, Buffer.from(bundle.bytes))
}

export const getBody = operation({
  name: 'functions.body',
  about: 'Gets the code of an edge function: its files as a form, or the bundle it was deployed as.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/functions/:function_slug/body',
    status: 200,
    id: 'v1-get-a-function-body',
    tag: 'Edge Functions',
    headers: { accept: 'accept' },
  },
  scope: onProject('edge_functions_read'),
  input: z.object({ ...byRef, function_slug: z.string(), accept: z.string().optional() }),
  output: z.instanceof(Download),
  run: async ({ db }, { ref, function_slug, accept }) => {
    const { version } = await getDeployed(db, ref, function_slug)
    if (version.kind === 'sources') return asForm(db, ref, version)
    if (accept?.includes('multipart/form-data')) throw errors.noSources()
    return asBundle(db, ref, version)
  },
})
