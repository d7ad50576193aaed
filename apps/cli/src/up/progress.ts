// What the person at the terminal sees while an installation comes up: one line a step, with its time.

export type Progress = {
  /** Runs a step under a name; long steps show that they are under way. */
  readonly step: <T>(name: string, run: () => Promise<T>) => Promise<T>
}

const showAfterMs = 700

export const makeProgress = (print: (line: string) => void): Progress => ({
  step: async (name, run) => {
    const started = performance.now()
    const hint = setTimeout(() => print(`  ${name} …`), showAfterMs)
    try {
      const result = await run()
      const seconds = (performance.now() - started) / 1000
      print(`  ${name}: ${seconds.toFixed(1)} s`)
      return result
    } finally {
      clearTimeout(hint)
    }
  },
})
