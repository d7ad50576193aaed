// Everything the program can notice, as one type. Code says what it saw; subscribers decide what to
// do with it (log line, metric, trace, nothing).

export type Level = 'debug' | 'info' | 'warn' | 'error'

type Fields = Readonly<Record<string, string | number | boolean | undefined>>

/** `event` is noun-verb (`branch.woken`); `fields` are flat and never hold a secret. */
export type Observation = {
  readonly level: Level
  readonly event: string
  readonly ref?: string
  readonly fields?: Fields
  readonly error?: unknown
}

/** One finished request, noticed once when its answer has left. */
export type RequestObservation = {
  readonly level: 'info'
  readonly event: 'request.finished'
  readonly ref?: string | undefined
  readonly fields: {
    readonly requestId: string
    readonly route: string
    readonly status: number
    readonly micros: number
    readonly role?: string | undefined
    readonly bytes?: number | undefined
    readonly code?: string | undefined
  }
}

/** Tells the program's subscribers what was noticed. Must not throw and must not wait. */
export type Observe = (observation: Observation | RequestObservation) => void
