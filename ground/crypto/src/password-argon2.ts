// Argon2 hashes in PHC form, brought along by imported users.

const library = () => import('@node-rs/argon2')

const shape = /^\$argon2(?:i|id)\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$[\w+/]+\$[\w+/]+$/
const limits = { memoryKib: 1024 * 1024, passes: 20, lanes: 16 }

/** Bounded: a hash is input, and its parameters are an order to spend memory and time. */
export const isArgon2Hash = (text: string): boolean => {
  const [, memory, passes, lanes] = shape.exec(text) ?? []
  return (
    memory !== undefined &&
    Number(memory) <= limits.memoryKib &&
    Number(passes) <= limits.passes &&
    Number(lanes) <= limits.lanes
  )
}

export const verifyArgon2 = async (password: string, hashed: string): Promise<boolean> =>
  isArgon2Hash(hashed) && (await library()).verify(hashed, password)
