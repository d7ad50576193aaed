// Which function a call means: by name, then by the names of its arguments; a function with one unnamed
// parameter takes the whole body when no other fits.

import type { Catalogue, Parameter, Routine } from '@plinth/schema'
import { errors } from '../errors.ts'
import { nearestName } from './near-names.ts'

export type WantedCall = {
  readonly schema: string
  readonly name: string
  /** Sorted names of the arguments. */
  readonly argumentNames: readonly string[]
  readonly contentType: string
  readonly isPost: boolean
}

const wholeBodyTypes: ReadonlyMap<string, readonly string[]> = new Map([
  ['application/json', ['json', 'jsonb']],
  ['text/plain', ['text']],
  ['text/xml', ['xml']],
  ['application/octet-stream', ['bytea']],
])

const isRawBody = ({ isPost, contentType }: WantedCall): boolean =>
  isPost && contentType !== 'application/json' && wholeBodyTypes.has(contentType)

const takesBody = (routine: Routine, call: WantedCall): boolean =>
  call.isPost &&
  routine.bodyType !== null &&
  (wholeBodyTypes.get(call.contentType)?.includes(routine.bodyType) ?? false)

const takesArguments = (routine: Routine, call: WantedCall): boolean => {
  const { parameters } = routine
  const given = call.argumentNames
  if (parameters.length === 0) return given.length === 0 && !isRawBody(call)
  if (given.some((name) => !parameters.some((parameter) => parameter.name === name))) return false
  return parameters.every((parameter) => !parameter.required || given.includes(parameter.name))
}

export const findRoutine = (catalogue: Catalogue, call: WantedCall): Routine => {
  const overloads = catalogue.functions.get(call.schema)?.get(call.name) ?? []
  const named = overloads.filter((routine) => takesArguments(routine, call))
  const whole = overloads.filter((routine) => !named.includes(routine) && takesBody(routine, call))
  const candidates = named.length > 0 ? named : whole
  const [only] = candidates
  if (only === undefined) throw missing(catalogue, call, overloads)
  if (candidates.length > 1) throw errors.ambiguousFunction(candidates.map(signature).join(', '))
  return only
}

const signature = (routine: Routine): string => {
  const parameters = routine.parameters.map(
    (parameter: Parameter) => `${parameter.name} => ${parameter.type}`,
  )
  return `${routine.schema}.${routine.name}(${parameters.join(', ')})`
}

const missing = (catalogue: Catalogue, call: WantedCall, overloads: readonly Routine[]) => {
  const { schema, name, argumentNames } = call
  const isRaw = isRawBody(call)
  const none = argumentNames.length === 0
  const list = argumentNames.join(', ')
  const shown = isRaw ? '' : none ? ' without parameters' : `(${list})`
  return errors.noFunction(
    `Could not find the function ${schema}.${name}${shown} in the schema cache`,
    `Searched for the function ${schema}.${name}${searched(call)}, but no matches were found in the schema cache.`,
    isRaw ? undefined : nearHint(catalogue, call, overloads),
  )
}

const searched = (call: WantedCall): string => {
  if (isRawBody(call)) return ` with a single unnamed ${wholeBodyTypes.get(call.contentType)?.[0]} parameter`
  const { argumentNames } = call
  const named =
    argumentNames.length === 0
      ? ' without parameters'
      : ` with parameter${argumentNames.length > 1 ? 's' : ''} ${argumentNames.join(', ')}`
  return call.isPost && call.contentType === 'application/json'
    ? `${named} or with a single unnamed json/jsonb parameter`
    : named
}

const nearHint = (
  catalogue: Catalogue,
  { schema, name, argumentNames }: WantedCall,
  overloads: readonly Routine[],
): string | undefined => {
  const start = `Perhaps you meant to call the function ${schema}.`
  if (overloads.length === 0) {
    const near = nearestName([...(catalogue.functions.get(schema)?.keys() ?? [])], name, 0.75)
    return near && start + near
  }
  const lists = overloads.map(
    ({ parameters }) =>
      `(${parameters
        .map((each) => each.name)
        .sort()
        .join(', ')})`,
  )
  const near = nearestName(lists, `(${argumentNames.join(', ')})`)
  return near && `${start}${name}${near}`
}
