// A package of this house offers what it has through one file that only passes on. To the bundler whoever asks that file
// for one thing needs all that any program asks it for, so every process would load the framework, and more that it never
// calls. Here an import goes straight to the file that has the thing.

import { readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Where a package keeps what it offers: name → file and name there. */
export type Offers = ReadonlyMap<string, { readonly file: string; readonly name: string }>

const passedOn = /^export (type )?(?:\{([^}]*)\}|\*) from '(\.[^']+)'$/gm
const declared = /^export (?:async )?(?:const|function|class) (\w+)/gm
const asked = /^(import|export) \{([^}]*)\} from '(@plinth\/[\w-]+)'$/gm

type Named = { readonly name: string; readonly as: string }

/** Names in braces, without those of types. */
const namesIn = (braces: string): readonly Named[] =>
  braces
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '' && !each.startsWith('type '))
    .map((each) => {
      const [name = '', as = name] = each.split(' as ')
      return { name, as }
    })

/** What a file offers, and the files it passes on. Throws for one that does more than that. */
export const findOffers = async (
  file: string,
  read: (file: string) => Promise<string> = (path) => readFile(path, 'utf8'),
): Promise<Offers> => {
  const text = await read(file)
  const offers = new Map<string, { readonly file: string; readonly name: string }>()
  for (const [, name = ''] of text.matchAll(declared)) offers.set(name, { file, name })
  for (const [, isType, braces, path = ''] of text.matchAll(passedOn)) {
    if (isType !== undefined) continue
    const from = join(dirname(file), path)
    if (braces !== undefined) for (const { name, as } of namesIn(braces)) offers.set(as, { file: from, name })
    else for (const [name, offer] of await findOffers(from, read)) offers.set(name, offer)
  }
  return offers
}

/** The same text with each import of a package's things in its place; one that is not offered stays. */
export const straighten = (text: string, offersOf: (name: string) => Offers | undefined): string =>
  text.replace(asked, (whole, verb: string, braces: string, from: string) => {
    const offers = offersOf(from)
    if (offers === undefined) return whole
    const lines = namesIn(braces).map(({ name, as }) => {
      const found = offers.get(name)
      return `${verb} { ${found?.name ?? name} as ${as} } from '${found?.file ?? from}'`
    })
    // In one line: places of errors stay where they were.
    return lines.join('; ')
  })

type Package = {
  readonly sideEffects?: boolean
  readonly exports?: { readonly '.'?: { readonly source?: string } }
}

/** Only of packages that say that importing them does nothing. */
const readOffers = async (modules: string, name: string): Promise<Offers | undefined> => {
  const folder = await realpath(join(modules, name))
  const { sideEffects, exports }: Package = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const source = exports?.['.']?.source
  return sideEffects === false && source !== undefined ? findOffers(join(folder, source)) : undefined
}

/** Rewrites imports in the text of our own modules. */
export const makeStraighten = (modules: string) => {
  const known = new Map<string, Promise<Offers | undefined>>()
  return async (text: string): Promise<string> => {
    const names = new Set([...text.matchAll(asked)].map(([, , , name = '']) => name))
    const found = new Map<string, Offers | undefined>()
    for (const name of names) {
      const offers = known.get(name) ?? readOffers(modules, name)
      known.set(name, offers)
      found.set(name, await offers)
    }
    return straighten(text, (name) => found.get(name))
  }
}
