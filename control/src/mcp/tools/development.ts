// Tools for who writes against a project: its address, its public keys, its types; and what is wrong with it.

import { z } from 'zod'
import { publicUrl } from '../../projects/spec.ts'
import { errors } from '../errors.ts'
import { tool } from '../tool.ts'

const projectId = { project_id: z.string() }
const Keys = z.array(
  z.object({
    api_key: z.string().nullish(),
    id: z.string().nullish(),
    name: z.string(),
    type: z.string().nullish(),
    description: z.string().nullish(),
  }),
)
const Legacy = z.object({ enabled: z.boolean() })

export const developmentTools = [
  tool({
    name: 'get_project_url',
    title: 'Get project URL',
    about: 'Gets the API URL for a project.',
    group: 'development',
    effect: 'reads',
    needs: ['v1-get-project'],
    input: z.object(projectId),
    run: async ({ ask, settings }, { project_id }) => {
      await ask('v1-get-project', { ref: project_id })
      return { url: publicUrl(settings, project_id) }
    },
  }),
  tool({
    name: 'get_publishable_keys',
    title: 'Get publishable keys',
    about:
      'Gets all publishable API keys for a project, including legacy anon keys (JWT-based) and modern publishable keys (format: sb_publishable_...). Publishable keys are recommended for new applications; only use keys where disabled is false or undefined.',
    group: 'development',
    effect: 'reads',
    needs: ['v1-get-project-api-keys', 'v1-get-project-legacy-api-keys'],
    input: z.object(projectId),
    run: async ({ ask }, { project_id: ref }) => {
      const all = Keys.parse(await ask('v1-get-project-api-keys', { ref, reveal: false }))
      const { enabled } = Legacy.parse(await ask('v1-get-project-legacy-api-keys', { ref }))
      const open = all.filter(
        ({ name, type }) => type === 'publishable' || (type === 'legacy' && name === 'anon'),
      )
      if (open.length === 0) throw errors.noKeys()
      return {
        keys: open.map(({ description, ...key }) => ({
          ...key,
          ...(description && { description }),
          disabled: key.type === 'legacy' && !enabled,
        })),
      }
    },
  }),
  tool({
    name: 'generate_typescript_types',
    title: 'Generate TypeScript types',
    about: 'Generates TypeScript types for a project.',
    group: 'development',
    effect: 'reads',
    needs: ['v1-generate-typescript-types'],
    input: z.object(projectId),
    run: async ({ ask }, { project_id }) => ({
      ...((await ask('v1-generate-typescript-types', { ref: project_id })) as object),
    }),
  }),
  tool({
    name: 'get_advisors',
    title: 'Get project advisors',
    about:
      "Gets a list of advisory notices for the project. Use this to check for security vulnerabilities or performance improvements. Include the remediation URL as a clickable link. It's recommended to run this tool regularly, especially after making DDL changes to the database since it will catch things like missing RLS policies.",
    group: 'debugging',
    effect: 'reads',
    needs: ['v1-get-security-advisors', 'v1-get-performance-advisors'],
    input: z.object({
      ...projectId,
      type: z.enum(['security', 'performance']).describe('The type of advisors to fetch'),
    }),
    run: async ({ ask }, { project_id, type }) => ({
      result: await ask(`v1-get-${type}-advisors`, { ref: project_id }),
    }),
  }),
]
