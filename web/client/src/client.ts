// Turns `client.projects.pause({ ref })` into one request: the table of operations says where each input goes.

import { type Operations, shapes } from './operations.generated.ts'

/** Where an operation lies and where its inputs go. */
export type Shape = {
  readonly method: string
  /** `/v1/projects/:ref`. */
  readonly path: string
  readonly query?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  /** The input that is the body; without it all that is left over is. */
  readonly body?: string
}

type Call<O> = O extends { readonly input: infer I; readonly output: infer R }
  ? Record<string, never> extends I
    ? (input?: I) => Promise<R>
    : (input: I) => Promise<R>
  : never

/** One method for each operation, by domain. */
export type Client = {
  readonly [D in keyof Operations]: { readonly [V in keyof Operations[D]]: Call<Operations[D][V]> }
}

export type ClientOptions = {
  /** Address of the installation, without `/v1`. */
  readonly url: string
  readonly token: string
  readonly fetch?: typeof fetch
}

/** What the API refused, with its status and the whole answer. */
export class ManagementError extends Error {
  readonly status: number
  readonly body: unknown

  constructor(status: number, body: unknown) {
    super(messageOf(body) ?? `The Management API answered ${status}.`)
    this.name = 'ManagementError'
    this.status = status
    this.body = body
  }
}

const messageOf = (body: unknown): string | undefined => {
  if (typeof body !== 'object' || body === null) return undefined
  if ('error' in body) return messageOf(body.error)
  if (!('message' in body)) return undefined
  return Array.isArray(body.message) ? body.message.join('; ') : String(body.message)
}

type Input = Readonly<Record<string, unknown>>

const pathOf = (shape: Shape, input: Input): string =>
  shape.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(input[name])))

const queryOf = ({ query = [] }: Shape, input: Input): string => {
  const given = query.flatMap((name) =>
    input[name] === undefined
      ? []
      : [`${encodeURIComponent(name)}=${encodeURIComponent(String(input[name]))}`],
  )
  return given.length === 0 ? '' : `?${given.join('&')}`
}

/** What goes nowhere else; undefined when that is nothing. */
const bodyOf = ({ path, query = [], headers = {}, body }: Shape, input: Input): unknown => {
  if (body !== undefined) return input[body]
  const placed = new Set([
    ...query,
    ...Object.keys(headers),
    ...[...path.matchAll(/:(\w+)/g)].map(([, name]) => name),
  ])
  const left = Object.entries(input).filter(([name, value]) => !placed.has(name) && value !== undefined)
  return left.length === 0 ? undefined : Object.fromEntries(left)
}

/** Forms and files go as they are. */
const isRaw = (body: unknown): body is FormData | Blob | Uint8Array<ArrayBuffer> =>
  body instanceof FormData || body instanceof Blob || body instanceof Uint8Array

/** An answer without a body is `undefined`. */
const read = async (reply: Response): Promise<unknown> => {
  const text = await reply.text()
  if (text === '') return undefined
  return reply.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : text
}

const send = async (options: ClientOptions, shape: Shape, input: Input): Promise<unknown> => {
  const body = bodyOf(shape, input)
  const headers = Object.entries(shape.headers ?? {}).flatMap(([name, header]) =>
    input[name] === undefined ? [] : [[header, String(input[name])]],
  )
  const isJson = body !== undefined && !isRaw(body)
  const reply = await (options.fetch ?? fetch)(
    `${options.url}${pathOf(shape, input)}${queryOf(shape, input)}`,
    {
      method: shape.method,
      headers: {
        authorization: `Bearer ${options.token}`,
        ...(isJson && { 'content-type': 'application/json' }),
        ...Object.fromEntries(headers),
      },
      ...(body !== undefined && { body: isJson ? JSON.stringify(body) : body }),
    },
  )
  const answer = await read(reply)
  if (!reply.ok) throw new ManagementError(reply.status, answer)
  return answer
}

export const makeClient = (options: ClientOptions): Client => {
  const domains: Record<string, Record<string, unknown>> = {}
  for (const [name, shape] of Object.entries(shapes)) {
    const [domain = '', verb = ''] = name.split('.')
    domains[domain] ??= {}
    domains[domain][verb] = (input: Input = {}) => send(options, shape, input)
  }
  // The table and the type are generated from the same operations.
  return domains as unknown as Client
}
