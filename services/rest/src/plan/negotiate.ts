// Which form the answer takes: the first of the accepted media types that something can make.

import type { Catalogue, MediaHandler, QualifiedName } from '@plinth/schema'
import { errors } from '../errors.ts'
import { arrayJson, type MediaType, mimeOf, objectJson, parseMediaType } from '../parse/media-type.ts'
import type { Handler } from './plan.ts'

export type Negotiation = { readonly handler: Handler; readonly media: MediaType }

export type NegotiationInput = {
  readonly catalogue: Catalogue
  readonly accept: readonly MediaType[]
  /** Relation or function that handlers may be declared for. */
  readonly identifier: QualifiedName
  /** Handlers of one relation take its rows whole. */
  readonly isDefaultSelect: boolean
  readonly allowsPlan: boolean
}

const json: Negotiation = { handler: { kind: 'json' }, media: parseMediaType('application/json') }

/** What the service makes of any rows; an owner's handlers go before. */
const builtIn: ReadonlyMap<string, Negotiation> = new Map([
  ['*/*', json],
  ['application/json', json],
  ['text/csv', { handler: { kind: 'csv' }, media: parseMediaType('text/csv') }],
  ['application/geo+json', { handler: { kind: 'geojson' }, media: parseMediaType('application/geo+json') }],
])

const custom = (handler: MediaHandler, rowType: QualifiedName | undefined): Negotiation => ({
  handler: {
    kind: 'custom',
    function: handler.function,
    isAggregate: handler.kind === 'aggregate',
    encoding: handler.encoding,
    rowType,
  },
  media: parseMediaType(handler.contentType),
})

const lookUp = (input: NegotiationInput, name: string): Negotiation | undefined => {
  const { catalogue, identifier } = input
  const own = catalogue.mediaHandlers.of.get(identifier.schema)?.get(identifier.name)
  if (own !== undefined && input.isDefaultSelect) {
    const handler = own.get('*/*') ?? own.get(name)
    if (handler !== undefined) return custom(handler, identifier)
  }
  const any = catalogue.mediaHandlers.any.get(name)
  return any === undefined ? builtIn.get(name) : custom(any, undefined)
}

const find = (input: NegotiationInput, media: MediaType): Negotiation | undefined => {
  const { nullsStripped } = media
  if (media.name === objectJson) return { handler: { kind: 'object', nullsStripped }, media }
  if (media.name === arrayJson) return { handler: { kind: 'array-stripped', nullsStripped }, media }
  if (media.plan === undefined) return lookUp(input, media.name)
  if (!input.allowsPlan) return undefined
  const inner = find(input, media.plan.for)
  return inner && { handler: inner.handler, media }
}

export const negotiate = (input: NegotiationInput): Negotiation => {
  for (const media of input.accept) {
    const found = find(input, media)
    if (found !== undefined) return found
  }
  throw errors.noMediaType(input.accept.map(mimeOf))
}
