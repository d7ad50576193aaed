// Many pieces of work, some at a time.

/** Fails with the first failure, when nothing is under way any more; what was not begun by then is not begun. */
export const severalAtOnce = async <T>(
  items: Iterable<T>,
  count: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const left = items[Symbol.iterator]()
  const failures: unknown[] = []
  const next = async (): Promise<void> => {
    for (let item = left.next(); !item.done && failures.length === 0; item = left.next())
      await work(item.value).catch((error) => failures.push(error))
  }
  await Promise.all(Array.from({ length: count }, next))
  if (failures.length > 0) throw failures[0]
}
