// At most so many starts at a time: sixty projects woken in the same instant are up sooner when they take turns.

export type StartGate = { readonly pass: <T>(start: () => Promise<T>) => Promise<T> }

export const makeStartGate = (places: number): StartGate => {
  const queue: (() => void)[] = []
  let free = places
  const enter = async (): Promise<void> => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => queue.push(resolve))
  }
  const leave = (): void => {
    const next = queue.shift()
    // The place goes straight to the next one in the queue.
    if (next) next()
    else free += 1
  }
  return {
    pass: async (start) => {
      await enter()
      try {
        return await start()
      } finally {
        leave()
      }
    },
  }
}
