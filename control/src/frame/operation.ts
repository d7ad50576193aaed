// What an operation is: one value from which its route, its OpenAPI entry, its scope check, its audit entry
// and (later) its MCP tool and command are made.

import type { z } from 'zod'
import type { Call } from './call.ts'
import type { Scope } from './scopes.ts'

/** How the REST door shows an operation. Irregularities of the API being matched live here, never in `run`. */
export type RestShape = {
  readonly method: 'HEAD' | 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `/v1/projects/:ref`; each `:name` is a key of the input. */
  readonly path: string
  readonly status: 200 | 201 | 204
  /** The operationId that generated clients know. */
  readonly id: string
  readonly tag: string
  /** Inputs read from the query although the method has a body. */
  readonly query?: readonly string[]
  /** A DELETE whose inputs stand in a body, as those of other methods do. */
  readonly hasBody?: true
  /** The input that is the whole body (a list, a form, a file); all others come from path, query and headers. */
  readonly bodyAs?: string
  /** The answer is this header alone; its body is empty. */
  readonly answersIn?: string
  /** Media types of the body; default `application/json`. */
  readonly consumes?: readonly string[]
  /** Inputs read from a header: input name → header name in lower case. */
  readonly headers?: Readonly<Record<string, string>>
}

export type Operation<I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> = {
  /** `projects.pause`: domain and verb; labels audit entries and metrics. */
  readonly name: string
  /** One sentence for people who read the reference. */
  readonly about: string
  readonly rest: RestShape
  readonly scope: Scope
  readonly input: I
  readonly output: O
  /** Never reads a header and never sets a status. */
  readonly run: (call: Call, input: z.output<I>) => Promise<z.input<O>>
}

/** Defines an operation; keeps the types of input and output together. */
export const operation = <I extends z.ZodObject, O extends z.ZodType>(
  definition: Operation<I, O>,
): Operation =>
  // Whoever holds a list of operations hands `run` only what `input` has parsed.
  definition as unknown as Operation
