// Kinds of values that Postgres settings take, as the API writes them: numbers with units, switches, counts.

import { z } from 'zod'

const factors = { B: 1 / 1024, kB: 1, MB: 1024, GB: 1024 ** 2, TB: 1024 ** 3 }
type Unit = keyof typeof factors

const memoryShape = /^(-?\d+)(B|kB|MB|GB|TB)?$/

/** `16MB` → kilobytes; a bare number counts in `bare`. `undefined` when it is no size. */
const kilobytes = (text: string, bare: number): number | undefined => {
  const [, number, unit] = memoryShape.exec(text) ?? []
  if (number === undefined) return undefined
  // The expression lets only these units through.
  return Number(number) * (unit === undefined ? bare : factors[unit as Unit])
}

type Bounds = {
  /** In kilobytes. */
  readonly min: number
  readonly max?: number
  /** Kilobytes of a bare number: 1, or 8 for settings that count in pages. */
  readonly bare?: number
  /** `-1` has a meaning of its own. */
  readonly mayBeOff?: boolean
}

const terabyte = factors.TB

/** `64MB`: a whole number and a unit that Postgres knows. */
export const memory = ({ min, max = 2 * terabyte, bare = 1, mayBeOff = false }: Bounds) =>
  z.string().refine((text) => {
    if (text === '-1') return mayBeOff
    const size = kilobytes(text, bare)
    return size !== undefined && size >= min && size <= max
  }, `must be a size such as 64MB, from ${min}kB to ${max}kB`)

const milliseconds = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }
const durationShape = /^(-?\d+(?:\.\d+)?)(us|ms|s|min|h|d)?$/

type Span = {
  /** In milliseconds, both ends included. */
  readonly min: number
  readonly max?: number
  /** Milliseconds of a bare number. */
  readonly bare?: number
}

/** `15min`, `250ms`. */
export const duration = ({ min, max = 2_147_483_647, bare = 1 }: Span) =>
  z.string().refine((text) => {
    const [, number, unit] = durationShape.exec(text) ?? []
    if (number === undefined) return false
    const factor = unit === undefined ? bare : milliseconds[unit as keyof typeof milliseconds]
    const span = Number(number) * factor
    return span >= min && span <= max
  }, `must be a duration such as 15min, from ${min}ms to ${max}ms`)

export const count = (min: number, max: number) => z.int().min(min).max(max)

export const onOff = z.boolean()
