// Media types as requests name them in `Accept` and `Content-Type`.

export type PlanOptions = {
  readonly format: 'json' | 'text'
  readonly options: readonly string[]
}

export type MediaType = {
  /** `type/subtype` in lower case, with what matters of its parameters folded into the fields below. */
  readonly name: string
  readonly nullsStripped: boolean
  /** Set for `application/vnd.pgrst.plan`: how to explain, and for which answer. */
  readonly plan: (PlanOptions & { readonly for: MediaType }) | undefined
}

const planOptions = ['analyze', 'verbose', 'settings', 'buffers', 'wal']

const parameters = (text: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const match of text.matchAll(/;\s*([A-Za-z0-9-]+)\s*=\s*(?:"([^"]*)"|([A-Za-z0-9|.*+/-]+))/g))
    found.set((match[1] ?? '').toLowerCase(), match[2] ?? match[3] ?? '')
  return found
}

const simple = (name: string): MediaType => ({ name, nullsStripped: false, plan: undefined })

export const objectJson = 'application/vnd.pgrst.object+json'
export const arrayJson = 'application/vnd.pgrst.array+json'
const planName = 'application/vnd.pgrst.plan'

const cache = new Map<string, MediaType>()

/** Media types repeat endlessly; a few hundred short ones are remembered. */
export const parseMediaType = (text: string): MediaType => {
  const known = cache.get(text)
  if (known !== undefined) return known
  const parsed = readMediaType(text)
  if (cache.size < 500 && text.length < 200) cache.set(text, parsed)
  return parsed
}

const readMediaType = (text: string): MediaType => {
  const semicolon = text.indexOf(';')
  const full = (semicolon < 0 ? text : text.slice(0, semicolon)).trim()
  const name = full.toLowerCase()
  const given = parameters(semicolon < 0 ? '' : text.slice(semicolon))
  const nullsStripped = given.get('nulls') === 'stripped'
  if (name === objectJson || name === 'application/vnd.pgrst.object')
    return { name: objectJson, nullsStripped, plan: undefined }
  if (name === arrayJson || name === 'application/vnd.pgrst.array')
    return nullsStripped ? { name: arrayJson, nullsStripped, plan: undefined } : simple('application/json')
  if (name === planName || name === `${planName}+text` || name === `${planName}+json`) {
    const wanted = (given.get('options') ?? '').split('|')
    return {
      name: planName,
      nullsStripped: false,
      plan: {
        format: name.endsWith('+json') ? 'json' : 'text',
        options: planOptions.filter((option) => wanted.includes(option)),
        for: parseMediaType(given.get('for') ?? 'application/json'),
      },
    }
  }
  return simple(name)
}

const anyType: readonly MediaType[] = [simple('*/*')]

/** Best first: by quality, then as written. */
export const parseAccept = (header: string | undefined): readonly MediaType[] => {
  if (header === undefined) return anyType
  if (!header.includes(',')) return [parseMediaType(withoutQuality(header))]
  return splitOutsideQuotes(header)
    .map((part) => ({ type: parseMediaType(withoutQuality(part)), quality: qualityOf(part) }))
    .sort((a, b) => b.quality - a.quality)
    .map((each) => each.type)
}

const quality = /;\s*q=([0-9.]+)\s*/i

const withoutQuality = (text: string): string => text.replace(quality, '').trim()

const qualityOf = (text: string): number => {
  const value = Number(quality.exec(text)?.[1] ?? '1')
  return Number.isNaN(value) ? 0 : value
}

const splitOutsideQuotes = (text: string): readonly string[] => text.match(/(?:[^,"]|"[^"]*")+/g) ?? [text]

/** As an answer's `Content-Type` says it. */
export const mimeOf = (type: MediaType): string => {
  if (type.plan !== undefined) {
    const options = type.plan.options.length === 0 ? '' : `; options=${type.plan.options.join('|')}`
    return `${planName}+${type.plan.format}; for="${mimeOf(type.plan.for)}"${options}`
  }
  return type.nullsStripped ? `${type.name};nulls=stripped` : type.name
}

const withCharset: ReadonlySet<string> = new Set([
  'application/json',
  'application/geo+json',
  'text/csv',
  'text/plain',
  'text/xml',
  'application/openapi+json',
  'application/x-www-form-urlencoded',
  '*/*',
  objectJson,
  arrayJson,
  planName,
])

export const contentTypeOf = (type: MediaType): string =>
  withCharset.has(type.name) ? `${mimeOf(type)}; charset=utf-8` : mimeOf(type)
