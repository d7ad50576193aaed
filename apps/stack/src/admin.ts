// What the supervisor says to a stack process: here is your spec; are you well? Without the framework: a process that
// somebody waits for loads no more than it needs.

import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type Observe, StackAssignment, type StackPlace, StackSpec } from '@plinth/contracts'
import { toPlinthError } from '@plinth/errors'
import { httpErrors, noticeFailure, readBody } from '@plinth/http'
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

const parse = (text: string): Assignment => {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw httpErrors.badJson()
  }
  const { success, data, error } = AssignmentBody.safeParse(body)
  if (success) return data
  throw stackErrors.badAssignment(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))
}

const answer = async (request: IncomingMessage, { assign, current }: AdminDeps): Promise<object> => {
  const { method = 'GET', url = '/' } = request
  if (method === 'PUT' && url === '/spec') {
    await assign(parse((await readBody(request, bodyBytes)).toString()))
    return { ready: true }
  }
  if (method !== 'GET' || url !== '/health') throw httpErrors.routeNotFound(method, url)
  const spec = current()
  return { ref: spec?.ref, specVersion: spec?.version, pid: process.pid, ready: spec !== undefined }
}

/** `PUT /spec` answers when the spec is served; `GET /health` says which one is. */
export const makeAdmin = (deps: AdminDeps): Server =>
  createServer(async (request, response) => {
    const send = (status: number, body: object) =>
      response
        .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
        .end(JSON.stringify(body))
    try {
      send(200, await answer(request, deps))
    } catch (thrown) {
      const error = toPlinthError(thrown)
      noticeFailure(deps.observe, '', error)
      send(error.status, { message: error.message, code: error.code, hint: error.hint })
    }
  })
