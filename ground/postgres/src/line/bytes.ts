// Big-endian numbers of the wire protocol, read without the checks of Buffer's own readers: they stand
// in the loop over every value of every row.

export const readInt32 = (bytes: Buffer, at: number): number =>
  // Reading past the end gives undefined, which shifts as 0; the message's length was checked before.
  ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)

export const readUint16 = (bytes: Buffer, at: number): number =>
  ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

/** Text up to the next NUL. */
export const readCString = (bytes: Buffer, at: number): { readonly text: string; readonly next: number } => {
  const end = bytes.indexOf(0, at)
  return { text: bytes.toString('utf8', at, end), next: end + 1 }
}
