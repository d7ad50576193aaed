// Percentiles of a series.

/** The value below which `share` (0 to 1) of the series lies. */
export const percentile = (series: readonly number[], share: number): number => {
  const sorted = series.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (series: readonly number[]): number => percentile(series, 0.5)
