// Bodies of answers from outside: never more of them in memory than we have use for.

/** `undefined` when there is more. */
export const readAtMost = async (response: Response, bytes: number): Promise<string | undefined> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > bytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
