// Random walks are cut short on a busy machine: what was walked by then counts.

const milliseconds = 40_000

/** Whether it is time to stop, from now on. */
export const startWalk = (): (() => boolean) => {
  const start = performance.now()
  return () => performance.now() - start > milliseconds
}
