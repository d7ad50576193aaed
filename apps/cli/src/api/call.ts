// What was typed after `plinth api <operation>` → one request.

import { readFile } from 'node:fs/promises'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { errors } from '../errors.ts'
import type { Argument, Described } from './describe.ts'

export type Request = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

type Typed = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>

const typeOf = ({ schema }: Argument): readonly unknown[] => [schema['type']].flat()

/** Text stays text where the operation takes text; everything else is written as JSON, and lists may be repeated. */
const readValue = (argument: Argument, typed: string): unknown => {
  const types = typeOf(argument)
  if (types.includes('string') && !(types.includes('null') && typed === 'null')) return typed
  try {
    return JSON.parse(typed)
  } catch {
    return typed
  }
}

const parse = (operation: Described, args: readonly string[]): Typed => {
  const names = [...operation.arguments.map(({ name }) => name), ...(operation.wholeBody ? ['body'] : [])]
  const options: ParseArgsConfig['options'] = Object.fromEntries(
    names.map((name) => [name, { type: 'string', multiple: true }]),
  )
  try {
    return parseArgs({ args: [...args], options, strict: true }).values
  } catch (error) {
    throw errors.usage(error instanceof Error ? error.message : String(error), `api ${operation.name}`)
  }
}

const collect = (operation: Described, typed: Typed) =>
  operation.arguments.flatMap((argument) => {
    const texts = [typed[argument.name] ?? []].flat().map(String)
    if (texts.length === 0) {
      if (!argument.required) return []
      throw errors.usage(`--${argument.name} is missing.`, `api ${operation.name}`)
    }
    const isList = typeOf(argument).includes('array') && !texts[0]?.startsWith('[')
    const value = isList ? texts : readValue(argument, texts.at(-1) ?? '')
    return [{ argument, value }]
  })

const textOf = (value: unknown): string =>
  Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : JSON.stringify(value)

const textsOf = (given: ReturnType<typeof collect>): readonly (readonly [string, string])[] =>
  given.map(({ argument, value }) => [argument.name, textOf(value)])

/** `@file` reads a file. */
const readBody = async (text: string): Promise<string> =>
  text.startsWith('@') ? readFile(text.slice(1), 'utf8') : text

export const requestOf = async (operation: Described, args: readonly string[]): Promise<Request> => {
  if (operation.isForm)
    throw errors.usage('This operation takes files; use the official command or curl for it.', 'api')
  const typed = parse(operation, args)
  const given = collect(operation, typed)
  const at = (place: Argument['in']) => given.filter(({ argument }) => argument.in === place)
  const path = at('path').reduce(
    (whole, { argument, value }) => whole.replace(`{${argument.name}}`, encodeURIComponent(textOf(value))),
    operation.path,
  )
  const query = new URLSearchParams(Object.fromEntries(textsOf(at('query'))))
  const fields = at('body').map(({ argument, value }) => [argument.name, value] as const)
  const whole =
    typed['body'] === undefined ? undefined : await readBody(String([typed['body']].flat().at(-1)))
  return {
    method: operation.method,
    path: query.size > 0 ? `${path}?${query}` : path,
    headers: Object.fromEntries(textsOf(at('header'))),
    body: whole ?? (fields.length > 0 ? JSON.stringify(Object.fromEntries(fields)) : undefined),
  }
}
