// Durations as Go writes them (`24h`, `1h30m`, `-1.5s`): the form of `ban_duration`.

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

const whole = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/
const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g

/** Milliseconds, or `undefined` for any other text. */
export const parseGoDuration = (text: string): number | undefined => {
  if (/^[+-]?0$/.test(text)) return 0
  if (!whole.test(text)) return undefined
  const sum = [...text.matchAll(part)].reduce(
    (total, [, number, unit]) => total + Number(number) * (units[unit ?? ''] ?? 0),
    0,
  )
  return text.startsWith('-') ? -sum : sum
}
