// Lists in pages: a cursor is an opaque place in the list.

import { z } from 'zod'
import { errors } from './errors.ts'

export const makeCursor = (offset: number): string => Buffer.from(`o${offset}`).toString('base64url')

export const readCursor = (cursor: string | undefined): number => {
  if (cursor === undefined) return 0
  const [, offset] = /^o(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (offset === undefined) throw errors.badCursor()
  return Number(offset)
}

/** Inputs of a list of `/v2`. */
export const pageInput = {
  'page[size]': z.int().min(1).max(100).default(50),
  'page[after]': z.string().optional(),
  'page[before]': z.string().optional(),
}

const Link = z.string().nullable()
export const PageLinks = z.object({ prev: Link, next: Link })

type PageWish = {
  readonly 'page[size]': number
  readonly 'page[after]'?: string | undefined
  readonly 'page[before]'?: string | undefined
}

/** Where the page begins, and how many rows to ask for: one more than fit tells that there is a next one. */
export const readPage = (wish: PageWish): { readonly offset: number; readonly limit: number } => {
  const size = wish['page[size]']
  const before = wish['page[before]']
  const end = before === undefined ? undefined : readCursor(before)
  const offset = end === undefined ? readCursor(wish['page[after]']) : Math.max(0, end - size)
  return { offset, limit: size + 1 }
}

/** The rows of the page, and addresses of its neighbours; `more` are the other parts of the query. */
export const showPage = <T>(
  rows: readonly T[],
  wish: PageWish,
  path: string,
  more: Readonly<Record<string, string | undefined>> = {},
): { readonly rows: readonly T[]; readonly links: z.infer<typeof PageLinks> } => {
  const size = wish['page[size]']
  const { offset } = readPage(wish)
  const others = Object.entries(more).flatMap(([name, value]) =>
    value === undefined ? [] : [`&${name}=${encodeURIComponent(value)}`],
  )
  const link = (name: 'after' | 'before', at: number) =>
    `${path}?page[size]=${size}&page[${name}]=${makeCursor(at)}${others.join('')}`
  return {
    rows: rows.slice(0, size),
    links: {
      prev: offset > 0 ? link('before', offset) : null,
      next: rows.length > size ? link('after', offset + size) : null,
    },
  }
}
