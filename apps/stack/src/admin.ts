// What the supervisor says to a stack process: here is your spec; are you well?

import { type Observe, StackAssignment, type StackPlace, StackSpec } from '@plinth/contracts'
import { type FastifyInstance, makeServer } from '@plinth/http'
import { stackErrors } from './errors.ts'

export type Assignment = { readonly spec: StackSpec; readonly place: StackPlace }

export type AdminDeps = {
  readonly assign: (assignment: Assignment) => Promise<void>
  /** What is served now. */
  readonly current: () => StackSpec | undefined
  readonly observe: Observe
}

const bodyBytes = 4 * 1024 * 1024
const AssignmentBody = StackAssignment.extend({ spec: StackSpec })

const parse = (body: unknown): Assignment => {
  const { success, data, error } = AssignmentBody.safeParse(body)
  if (success) return data
  throw stackErrors.badAssignment(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))
}

/** `PUT /spec` answers when the spec is served; `GET /health` says which one is. */
export const makeAdmin = ({ assign, current, observe }: AdminDeps): FastifyInstance => {
  // Requests between our own processes are no news.
  const app = makeServer({
    observe: (seen) => seen.event !== 'request.finished' && observe(seen),
    bodyLimit: bodyBytes,
  })
  app.put('/spec', { config: { name: 'stack.spec.put' } }, async (request) => {
    await assign(parse(request.body))
    return { ready: true }
  })
  app.get('/health', { config: { name: 'stack.health' } }, () => {
    const spec = current()
    return { ref: spec?.ref, specVersion: spec?.version, pid: process.pid, ready: spec !== undefined }
  })
  return app
}
