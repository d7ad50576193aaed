// Opens something the first time it is needed, once for all who need it. A failure is not kept: who asks next
// tries again.

export const onceOpened = <T>(open: () => Promise<T>): (() => Promise<T>) => {
  let opened: Promise<T> | undefined
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
}
