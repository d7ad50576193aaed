// Instants as the database and the API write them.

/** `2026-01-02T03:04:05.678Z`. */
export const iso = (milliseconds: number): string => new Date(milliseconds).toISOString()

export const millis = (instant: string): number => Date.parse(instant)

/** Postgres writes `+00:00` into JSON; the API writes `Z`. A timestamp without a zone is in UTC. */
export const withZ = (instant: string): string =>
  /(Z|[+-]\d\d(:?\d\d)?)$/.test(instant) ? instant.replace(/\+00(:?00)?$/, 'Z') : `${instant}Z`
