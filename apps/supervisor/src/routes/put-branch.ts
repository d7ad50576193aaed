// PUT /branches/{ref}: what the branch shall be. Unknown branches are created. One that is awake has mostly taken
// the new spec when this answers, so that whoever changed a setting finds it in effect.

import { setTimeout as pause } from 'node:timers/promises'
import { StackSpec } from '@plinth/contracts'
import type { ServicePlugin } from '@plinth/http'
import type { Branch } from '../branch.ts'
import type { Branches } from '../branches.ts'
import { errors } from '../errors.ts'
import { parseRef } from './parse-ref.ts'

const settleMs = 2000

const untilSettled = async ({ underWay }: Branch): Promise<void> => {
  const over = new AbortController()
  const patience = pause(settleMs, undefined, { signal: over.signal }).catch(() => undefined)
  await Promise.race([underWay, patience])
  over.abort()
}

const parseSpec = (body: unknown): StackSpec => {
  const parsed = StackSpec.safeParse(body)
  if (parsed.success) return parsed.data
  // Only where and what was expected: the values may be secrets.
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
  throw errors.badRequest(`The spec is not valid. ${problems.join('; ')}`)
}

export const putBranch =
  (branches: Branches): ServicePlugin =>
  async (app) => {
    app.put('/branches/:ref', async (request, reply) => {
      const ref = parseRef(request.params)
      const spec = parseSpec(request.body)
      if (spec.ref !== ref) throw errors.refMismatch(ref, spec.ref)
      const branch = await branches.put(spec)
      const { status, leaving } = branch.report
      if (status === 'awake' && !leaving) await untilSettled(branch)
      return reply.code(202).send(branch.report)
    })
  }
