// Who asks for what in the soak, and what each must get: `undefined` is right, a text says what was wrong.

import { randomUUID } from 'node:crypto'
import type { Answer, Asked } from './ask.ts'

export type Person = {
  readonly role: 'anon' | 'authenticated' | 'service_role'
  readonly sub: string | null
  readonly token: string
}

export type Errand = {
  readonly kind: string
  readonly asked: Asked
  readonly judge: (answer: Answer) => string | undefined
  /** A row that must be there once the answer was good. */
  readonly mark?: string
}

type Row = Readonly<Record<string, unknown>>

const shown = ({ status, body }: Answer): string => `${status} ${JSON.stringify(body)?.slice(0, 300)}`

const expects =
  (isRight: (answer: Answer) => boolean) =>
  (answer: Answer): string | undefined =>
    isRight(answer) ? undefined : shown(answer)

const rowsOf = ({ status, body }: Answer): readonly Row[] | undefined =>
  // Rows of a JSON array are objects.
  status === 200 && Array.isArray(body) ? (body as Row[]) : undefined

const codeOf = ({ body }: Answer): unknown =>
  typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined

const who = ({ role, sub, token }: Person, method: 'GET' | 'POST'): Errand => {
  const mark = randomUUID()
  const path = method === 'GET' ? `/rpc/soak_who?mark=${mark}` : '/rpc/soak_who'
  return {
    kind: 'who',
    asked: { method, path, token, ...(method === 'POST' ? { body: { mark } } : undefined) },
    judge: expects(({ body }) => {
      const told = body as Row | null
      return told?.['role'] === role && told['sub'] === sub && told['mark'] === mark
    }),
  }
}

/** Everything a person may want; one of them is drawn at a time. */
export const errands: readonly ((person: Person) => Errand)[] = [
  (person) => who(person, 'GET'),
  (person) => who(person, 'POST'),
  ({ token, sub }) => ({
    kind: 'own rows',
    asked: { method: 'GET', path: '/soak_notes?select=owner,mark&order=id.desc&limit=20', token },
    judge: expects((answer) => rowsOf(answer)?.every((row) => sub === null || row['owner'] === sub) ?? false),
  }),
  ({ token, role }) => {
    const mark = randomUUID()
    const body = { mark }
    return {
      kind: 'write',
      asked: { method: 'POST', path: '/soak_notes', token, body },
      judge: expects(
        (answer) => answer.status === (role === 'authenticated' ? 201 : role === 'anon' ? 401 : 400),
      ),
      ...(role === 'authenticated' ? { mark } : undefined),
    }
  },
  ({ token, role }) => ({
    kind: 'secrets',
    asked: { method: 'GET', path: '/soak_secrets', token },
    judge: expects((answer) =>
      role === 'service_role' ? rowsOf(answer)?.length === 1 : codeOf(answer) === '42501',
    ),
  }),
  ({ token }) => {
    const item = 1 + Math.floor(Math.random() * 500)
    return {
      kind: 'embed',
      asked: { method: 'GET', path: `/soak_items?select=id,soak_parts(item_id)&id=eq.${item}`, token },
      judge: expects((answer) => {
        const [row, ...more] = rowsOf(answer) ?? []
        const parts = row?.['soak_parts'] as readonly Row[] | undefined
        return more.length === 0 && parts?.length === 10 && parts.every((part) => part['item_id'] === item)
      }),
    }
  },
  ({ token }) => {
    const mark = randomUUID()
    return {
      kind: 'refusal',
      asked: { method: 'POST', path: '/rpc/soak_fail', token, body: { mark } },
      judge: expects((answer) => {
        // Not every role gets as far as the refusal.
        const { message } = answer.body as { message?: string }
        return (
          answer.status >= 400 &&
          answer.status < 500 &&
          (codeOf(answer) !== 'P0001' || message === `refused ${mark}`)
        )
      }),
    }
  },
  ({ token }) => ({
    kind: 'time limit',
    asked: { method: 'POST', path: '/rpc/soak_late', token },
    judge: expects((answer) => codeOf(answer) === '57014'),
  }),
  ({ token }) => ({
    kind: 'leaving',
    asked: { method: 'GET', path: '/rpc/soak_doze?seconds=20', token, leavesAfter: Math.random() * 50 },
    judge: () => undefined,
  }),
  ({ token }) => ({
    kind: 'moving',
    asked: { method: 'GET', path: '/soak_moving?order=id', token },
    // While the table changes: its rows, the time without it, or a plan that was too old or too new.
    judge: expects((answer) =>
      answer.status === 200
        ? (rowsOf(answer) ?? []).every((row) => row['id'] === 1 || row['id'] === 2)
        : answer.status === 404 || ['42703', '0A000', '42501'].includes(String(codeOf(answer))),
    ),
  }),
]
