// Lists in pages: a cursor is an opaque place in the list.

import { errors } from './errors.ts'

export const makeCursor = (offset: number): string => Buffer.from(`o${offset}`).toString('base64url')

export const readCursor = (cursor: string | undefined): number => {
  if (cursor === undefined) return 0
  const [, offset] = /^o(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (offset === undefined) throw errors.badCursor()
  return Number(offset)
}
