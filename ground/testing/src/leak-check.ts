// Finds what a test left running: sockets, listeners, child processes, watchers.

const watched = new Set([
  'TCPSocketWrap',
  'TCPServerWrap',
  'PipeWrap',
  'PipeServerWrap',
  'ProcessWrap',
  'FSEventWrap',
])

const count = (): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const name of process.getActiveResourcesInfo())
    if (watched.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

/** Remembers what is open now; the returned function throws when more is open after a moment. */
export const leakCheck = (): (() => Promise<void>) => {
  const before = count()
  const excess = () =>
    [...count()].filter(([name, now]) => now > (before.get(name) ?? 0)).map(([name, now]) => `${now} ${name}`)
  return async () => {
    const deadline = Date.now() + 20_000
    while (excess().length > 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10))
    if (excess().length > 0) throw new Error(`The test left open: ${excess().join(', ')}`)
  }
}
