// Text that Postgres cannot keep, in whatever place of an input: a zero character, or half of a pair of surrogates.

import { errors } from './errors.ts'

const isKept = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

const findPlaces = (value: unknown, place: string): readonly string[] => {
  if (typeof value === 'string') return isKept(value) ? [] : [place]
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  return Object.entries(value).flatMap(([name, one]) => {
    const inside = place === '' ? name : `${place}.${name}`
    return isKept(name) ? findPlaces(one, inside) : [inside]
  })
}

/** 400 for such a text; files are bytes and pass. */
export const checkText = (raw: Readonly<Record<string, unknown>>): void => {
  const places = findPlaces(raw, '')
  if (places.length > 0)
    throw errors.invalid(
      places.map((place) => `${place}: must not hold a zero character or half a character`),
    )
}
