// Advice about security and speed of a project.

import { z } from 'zod'
import { currentValues, keptAuth } from '../auth-config/kept-auth.ts'
import { keptPostgres } from '../database-config/get-postgres-config.ts'
import type { Call } from '../frame/call.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { readKept } from '../projects/kept-settings.ts'
import { getSpec } from '../projects/spec.ts'
import { errors } from './errors.ts'
import { Lint, type LintKind } from './lint.ts'
import { lintConfiguration } from './lints/configuration.ts'
import { runLints } from './run-lints.ts'
import { sqlLints } from './sql-lints.ts'

const base = '/v1/projects/:ref/advisors'
const tag = 'Advisors'
const Lints = z.object({ lints: z.array(Lint) })

const ofCategory = (category: LintKind['category']) => sqlLints.filter((lint) => lint.category === category)

const lintSettings = async (call: Call, ref: string): Promise<readonly Lint[]> => {
  const spec = await getSpec(call.db, call.key, ref)
  return lintConfiguration({
    auth: currentValues(spec.auth, await readKept(call, ref, keptAuth)),
    postgres: await readKept(call, ref, keptPostgres),
    isTlsRequired: spec.network?.requireTls ?? false,
    isNetworkRestricted: spec.network?.allowedCidrs !== undefined,
  })
}

export const adviseSecurity = operation({
  name: 'advisors.security',
  about: 'Looks for weaknesses in the database and the settings of a project.',
  rest: { method: 'GET', path: `${base}/security`, status: 200, id: 'v1-get-security-advisors', tag },
  scope: onProject('advisors_read'),
  input: z.object({ ...byRef, lint_type: z.literal('sql').optional().describe('Only the database.') }),
  output: Lints,
  run: async (call, { ref, lint_type }) => {
    const ofDatabase = await runLints(call, ref, ofCategory('SECURITY'))
    if (lint_type === 'sql') return { lints: ofDatabase }
    return { lints: [...ofDatabase, ...(await lintSettings(call, ref))] }
  },
})

export const advisePerformance = operation({
  name: 'advisors.performance',
  about: 'Looks for what slows the database of a project down.',
  rest: { method: 'GET', path: `${base}/performance`, status: 200, id: 'v1-get-performance-advisors', tag },
  scope: onProject('advisors_read'),
  input: z.object(byRef),
  output: Lints,
  run: async (call, { ref }) => ({ lints: await runLints(call, ref, ofCategory('PERFORMANCE')) }),
})

const named = new Map(sqlLints.map((lint) => [lint.name, lint]))
const dataOf = <T extends z.ZodType>(attributes: T) =>
  z.object({ type: z.literal('project_advisors'), attributes })

export const runAdvisors = operation({
  name: 'advisors.run',
  about: 'Runs named checks of the database now.',
  rest: {
    method: 'POST',
    path: '/v2/projects/:ref/advisors/run',
    status: 200,
    id: 'v2RunProjectAdvisors',
    tag,
  },
  scope: onProject('advisors_read'),
  input: z.object({
    ...byRef,
    data: dataOf(z.object({ lints: z.array(z.object({ name: z.string() })).min(1) })),
  }),
  output: z.object({ data: dataOf(Lints) }),
  run: async (call, { ref, data }) => {
    const wanted = data.attributes.lints.map(({ name }) => {
      const lint = named.get(name)
      if (lint === undefined) throw errors.unknownLint(name)
      return lint
    })
    const lints = await runLints(call, ref, wanted)
    return { data: { type: 'project_advisors' as const, attributes: { lints } } }
  },
})
