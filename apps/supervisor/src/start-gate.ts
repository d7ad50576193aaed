// At most so much is started at a time: sixty projects woken in the same instant are up sooner when they take turns, and
// the first of them long before the last. Who only wants a database goes first, since it is there soonest; what nobody
// waits for yet begins when nobody waits for anything else.

export type Turn = {
  /** Lower goes first, among equals who came first; asked again whenever there is room, since what is waited for changes. */
  readonly rank: () => number
  /** How much of the machine the start takes, in databases. */
  readonly weight?: () => number
}

/** Nothing but a database; a project with its API, both its database and its stack; a stack that nobody needs yet. */
export const ranks = { database: 0, project: 1, later: 2 } as const

export type StartGate = {
  readonly pass: <T>(start: () => Promise<T>, turn?: Turn, onTurn?: () => void) => Promise<T>
  /** Somebody waits for a turn. */
  readonly isCrowded: () => boolean
}

type Waiting = { readonly turn: Turn; readonly enter: (entered: Entered) => void }
type Entered = { readonly weight: number; readonly rank: number }

/** They may be in the way of somebody who comes while they start. */
const mostLater = 1

const first: Turn = { rank: () => ranks.database }

/** Whoever takes so long waits for a disk, not for a processor, and keeps nobody else from starting. */
const LONGEST_TURN_MS = 30_000

export const makeStartGate = (places: number): StartGate => {
  const queue: Waiting[] = []
  const inside = new Set<Entered>()

  const mayEnter = ({ weight, rank }: Entered): boolean => {
    const waitedFor = [...inside].filter((one) => one.rank < ranks.later)
    if (rank === ranks.later) return waitedFor.length === 0 && inside.size < mostLater
    const taken = waitedFor.reduce((sum, one) => sum + one.weight, 0)
    return waitedFor.length === 0 || taken + weight <= places
  }
  /** Nobody overtakes the one whose turn is next, also not one who would fit in. */
  const admit = (): void => {
    while (queue.length > 0) {
      const found = queue.map(({ turn }) => turn.rank())
      const next = found.indexOf(Math.min(...found))
      const { turn, enter } = queue[next] as Waiting
      const entered = { weight: turn.weight?.() ?? 1, rank: found[next] as number }
      if (!mayEnter(entered)) return
      queue.splice(next, 1)
      inside.add(entered)
      enter(entered)
    }
  }

  return {
    pass: async (start, turn = first, onTurn) => {
      const entered = await new Promise<Entered>((enter) => {
        queue.push({ turn, enter })
        admit()
      })
      const leave = (): void => {
        inside.delete(entered)
        admit()
      }
      const longest = setTimeout(leave, LONGEST_TURN_MS)
      try {
        onTurn?.()
        return await start()
      } finally {
        clearTimeout(longest)
        leave()
      }
    },
    isCrowded: () => queue.length > 0,
  }
}
