// Places in the write-ahead log: positions (`0/3000028`), segments and their file names.

/** A position as Postgres writes it: two hexadecimal halves. */
export type Lsn = string

/** Positions compare as numbers; their texts do not. */
export const lsnValue = (lsn: Lsn): bigint => {
  const [high = '0', low = '0'] = lsn.split('/')
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`)
}

export const lsnText = (value: bigint): Lsn =>
  `${(value >> 32n).toString(16)}/${(value & 0xffff_ffffn).toString(16)}`.toUpperCase()

/** Number of the segment that holds the byte at `lsn`, counted from the beginning of all time. */
export const segmentOf = (lsn: Lsn, segmentBytes: number): number =>
  Number(lsnValue(lsn) / BigInt(segmentBytes))

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0')

export const segmentName = (timeline: number, segment: number, segmentBytes: number): string => {
  const perFile = 2 ** 32 / segmentBytes
  return hex(timeline) + hex(Math.floor(segment / perFile)) + hex(segment % perFile)
}

export type Segment = { readonly timeline: number; readonly number: number }

/** The segment that a file is named after; anything else in the folder gives nothing. */
export const parseSegment = (name: string, segmentBytes: number): Segment | undefined => {
  const match = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})$/.exec(name)
  if (!match) return undefined
  const [timeline = 0, high = 0, low = 0] = match.slice(1).map((part) => Number.parseInt(part, 16))
  return { timeline, number: high * (2 ** 32 / segmentBytes) + low }
}
