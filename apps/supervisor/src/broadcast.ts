// Tells every follower about every change.

export type Broadcast<T> = {
  readonly send: (value: T) => void
  /** Answers the function that ends it. */
  readonly follow: (listener: (value: T) => void) => () => void
}

export const makeBroadcast = <T>(): Broadcast<T> => {
  const listeners = new Set<(value: T) => void>()
  return {
    send: (value) => {
      for (const listener of listeners) listener(value)
    },
    follow: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
