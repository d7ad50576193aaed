// Tools for edge functions.

import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { Download } from '../../frame/download.ts'
import { Form, readForm } from '../../frame/form.ts'
import { tool } from '../tool.ts'

const Fn = z.looseObject({
  entrypoint_path: z.string().optional(),
  import_map_path: z.string().optional(),
})
type Fn = z.infer<typeof Fn>

/** `file:///tmp/user_fn_{…}/source/index.ts` → `index.ts`. */
const shorten = (address: string | undefined): string | undefined =>
  address && fileURLToPath(address, { windows: false }).replace(/^\/tmp\/user_fn_[^/]+\/(source\/)?/, '')

const show = (fn: Fn): object => ({
  ...fn,
  entrypoint_path: shorten(fn.entrypoint_path),
  import_map_path: shorten(fn.import_map_path),
})

const readFiles = async (body: unknown): Promise<readonly { name: string; content: string }[]> => {
  if (!(body instanceof Download)) return []
  const { parts } = await readForm(body.contentType, body.bytes)
  return parts
    .filter(({ field }) => field === 'file')
    .map(({ fileName = '', bytes }) => ({
      name: posix.relative('source', fileName),
      content: bytes.toString(),
    }))
}

const projectId = { project_id: z.string() }

export const functionTools = [
  tool({
    name: 'list_edge_functions',
    title: 'List Edge Functions',
    about: 'Lists all Edge Functions in a project.',
    group: 'functions',
    effect: 'reads',
    needs: ['v1-list-all-functions'],
    input: z.object(projectId),
    run: async ({ ask }, { project_id }) => ({
      functions: z
        .array(Fn)
        .parse(await ask('v1-list-all-functions', { ref: project_id }))
        .map(show),
    }),
  }),
  tool({
    name: 'get_edge_function',
    title: 'Get Edge Function',
    about: 'Retrieves file contents for an Edge Function in a project.',
    group: 'functions',
    effect: 'reads',
    needs: ['v1-get-a-function', 'v1-get-a-function-body'],
    input: z.object({ ...projectId, function_slug: z.string() }),
    run: async ({ ask }, { project_id: ref, function_slug }) => {
      const fn = Fn.parse(await ask('v1-get-a-function', { ref, function_slug }))
      const body = await ask('v1-get-a-function-body', { ref, function_slug, accept: 'multipart/form-data' })
      return { ...show(fn), files: await readFiles(body) }
    },
  }),
  tool({
    name: 'deploy_edge_function',
    title: 'Deploy Edge Function',
    about:
      'Deploys an Edge Function to a project. If the function already exists, this will create a new version. A function answers requests by itself, for example: `Deno.serve(() => Response.json({ message: "Hello" }))`.',
    group: 'functions',
    effect: 'destroys',
    needs: ['v1-deploy-a-function'],
    input: z.object({
      ...projectId,
      name: z.string().describe('The name of the function'),
      entrypoint_path: z.string().default('index.ts').describe('The entrypoint of the function'),
      import_map_path: z.string().describe('The import map for the function.').optional(),
      verify_jwt: z
        .boolean()
        .default(true)
        .describe(
          'Whether to require a valid JWT in the Authorization header. Leave it on unless the function had it off before, checks callers itself, or the user asked for it.',
        ),
      files: z
        .array(z.object({ name: z.string(), content: z.string() }))
        .describe('The files to upload: the entrypoint, deno.json, and any relative dependencies.'),
    }),
    run: async ({ ask }, { project_id, files, ...metadata }) => {
      const form = new Form([
        { field: 'metadata', bytes: Buffer.from(JSON.stringify(metadata)) },
        ...files.map(({ name, content }) => ({
          field: 'file',
          fileName: name,
          bytes: Buffer.from(content),
        })),
      ])
      const wish = { ref: project_id, slug: metadata.name, bundleOnly: false, form }
      return show(Fn.parse(await ask('v1-deploy-a-function', wish)))
    },
  }),
]
