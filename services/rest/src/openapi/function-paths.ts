// `/rpc/function`: POST with a body of arguments, and GET with a query when it changes nothing.

import type { Parameter, Routine } from '@plinth/schema'
import { describe } from './comment.ts'
import { elementOf, formatOf, swaggerType, typeOf } from './swagger-type.ts'

export const functionPath = (routine: Routine, mediaTypes: readonly string[]): object => {
  const about = {
    tags: [`(rpc) ${routine.name}`],
    ...describe(routine.comment),
    produces: mediaTypes,
    responses: { 200: { description: 'OK' } },
  }
  const post = {
    ...about,
    parameters: [
      { name: 'args', required: true, in: 'body', schema: argumentsSchema(routine) },
      { $ref: '#/parameters/preferParams' },
    ],
  }
  if (routine.volatility === 'volatile') return { post }
  const query = routine.parameters.map(queryParameter)
  return { get: { ...about, ...(query.length === 0 ? {} : { parameters: query }) }, post }
}

const argumentsSchema = ({ comment, parameters }: Routine): object => {
  const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name)
  const properties = Object.fromEntries(parameters.map(({ name, type }) => [name, swaggerType(type)]))
  return {
    ...(required.length === 0 ? {} : { required }),
    type: 'object',
    ...(comment === null ? {} : { description: comment }),
    ...(parameters.length === 0 ? {} : { properties }),
  }
}

/** An array in a query is written as text in braces, unless it is variadic: then the name comes again. */
const queryParameter = ({ name, type, required, variadic }: Parameter): object => {
  const base = { name, required, in: 'query' }
  if (!variadic) {
    const told = typeOf(type)
    return { ...base, type: told === undefined || told === 'array' ? 'string' : told, format: formatOf(type) }
  }
  const element = elementOf(type)
  const elementType = typeOf(element)
  return {
    ...base,
    type: typeOf(type) ?? 'string',
    collectionFormat: 'multi',
    items: { ...(elementType === undefined ? {} : { type: elementType }), format: element },
  }
}
