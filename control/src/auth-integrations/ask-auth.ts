// Asks the auth service of a project, through its own entrance and as an administrator: rules and tables of that
// service stay its own. A sleeping project is woken; the call just takes longer.

import { platformKeyOf } from '@plinth/crypto'
import { defineErrors } from '@plinth/errors'
import { unixClient } from '@plinth/http'
import { z } from 'zod'
import type { Call } from '../frame/call.ts'
import { getSpec } from '../projects/spec.ts'

type Ask = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/auth/v1`. */
  readonly path: string
  readonly body?: unknown
}

const Refusal = z.object({ msg: z.string(), error_code: z.string() })

const errors = defineErrors('project_auth', {
  /** In the service's own words: they are about what the caller sent. */
  refused: (status: number, { msg, error_code: code }: z.infer<typeof Refusal>) => ({
    code,
    kind: 'caller',
    status,
    message: msg,
  }),
  failed: (status: number) => ({
    code: 'auth_service_failed',
    kind: 'project',
    status: 500,
    message: `The project's auth service failed (${status}). Its log says why.`,
  }),
})

/** Longer than the service itself waits for others. */
const timeoutMs = 30_000

export const askAuth = async (call: Call, ref: string, { method, path, body }: Ask): Promise<unknown> => {
  const spec = await getSpec(call.db, call.key, ref)
  const apikey = platformKeyOf(spec.database.passwords.supabase_admin)
  const { httpSocket } = await call.supervisor.wake(ref)
  const client = unixClient(httpSocket)
  try {
    const headers = { apikey, 'user-agent': 'plinth-control-plane' }
    const answer = await client.request(method, `/auth/v1${path}`, body, { timeoutMs, headers })
    if (answer.status < 300) return answer.body
    const refusal = Refusal.safeParse(answer.body)
    if (answer.status < 500 && refusal.success) throw errors.refused(answer.status, refusal.data)
    throw errors.failed(answer.status)
  } finally {
    await client.close()
  }
}
