// What a suite scored, and how that is shown and written down.

export type CaseResult = {
  readonly name: string
  readonly passed: boolean
  readonly why?: string
  /** Why it could not pass on this machine. */
  readonly reason?: string
}

export type Score = {
  readonly area: string
  readonly passed: number
  readonly total: number
  /** Names of the cases that failed, with the reason where one is known. */
  readonly failed: readonly { readonly name: string; readonly reason: string }[]
}

/** A reason why cases whose name matches cannot pass (yet). */
export type Known = { readonly area: string; readonly name: RegExp; readonly reason: string }

const unexplained = 'not explained'

export const scoreOf = (area: string, results: readonly CaseResult[], known: readonly Known[]): Score => {
  const failed = results
    .filter(({ passed }) => !passed)
    .map(({ name, why, reason }) => {
      const match = known.find((one) => one.area === area && one.name.test(name))
      return { name, reason: reason ?? match?.reason ?? `${unexplained}: ${why ?? ''}`.slice(0, 300) }
    })
  return { area, passed: results.length - failed.length, total: results.length, failed }
}

/** Areas that were not run keep the score they had; all keep their places, and new ones come last. */
export const mergeScores = (before: readonly Score[], now: readonly Score[]): readonly Score[] => [
  ...before.map((old) => now.find(({ area }) => area === old.area) ?? old),
  ...now.filter(({ area }) => !before.some((old) => old.area === area)),
]

/** Failures nobody has given a reason for. */
export const surprises = (score: Score): number =>
  score.failed.filter(({ reason }) => reason.startsWith(unexplained)).length

export const printScore = (score: Score): void => {
  console.log(`${score.area.padEnd(32)} ${score.passed} of ${score.total}`)
  for (const { name, reason } of score.failed) console.log(`    ✗ ${name}\n      ${reason}`)
}
