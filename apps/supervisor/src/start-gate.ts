// At most so many starts at a time: sixty projects woken in the same instant are up sooner when they take turns.
// Databases go first: a client of a database waits for nobody's stack.

export type Turn = {
  /** Lower goes first; asked again whenever a place is free, since what is waited for changes. */
  readonly rank: () => number
}

/** A database; a stack that somebody waits for; one that nobody needs yet. */
export const ranks = { database: 0, wanted: 1, later: 2 } as const

export type StartGate = {
  readonly pass: <T>(start: () => Promise<T>, turn?: Turn) => Promise<T>
  /** Somebody waits for a turn. */
  readonly isCrowded: () => boolean
}

type Waiting = { readonly turn: Turn; readonly enter: () => void }

const first: Turn = { rank: () => ranks.database }

/** Whoever takes so long waits for a disk, not for a processor, and keeps nobody else from starting. */
const LONGEST_TURN_MS = 30_000

export const makeStartGate = (places: number): StartGate => {
  const queue: Waiting[] = []
  let free = places
  const enter = async (turn: Turn): Promise<void> => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => queue.push({ turn, enter: resolve }))
  }
  const takeNext = (): Waiting | undefined => {
    const found = queue.map(({ turn }) => turn.rank())
    return queue.splice(found.indexOf(Math.min(...found)), 1)[0]
  }
  const leave = (): void => {
    // The place goes straight to the next one in the queue.
    if (queue.length > 0) takeNext()?.enter()
    else free += 1
  }
  return {
    pass: async (start, turn = first) => {
      await enter(turn)
      let isOver = false
      const end = (): void => {
        if (!isOver) leave()
        isOver = true
      }
      const longest = setTimeout(end, LONGEST_TURN_MS)
      try {
        return await start()
      } finally {
        clearTimeout(longest)
        end()
      }
    },
    isCrowded: () => queue.length > 0,
  }
}
