// What the sending process is asked to do, and what it answers.

export type Door = { readonly path: string } | { readonly port: number }

export type SendJob = {
  readonly door: Door
  /** The whole request as it goes over the wire. */
  readonly request: string
  readonly connections: number
  /** Ends after this time, but not before this number of answers. */
  readonly seconds: number
  readonly atLeast: number
}

export type SendReport = {
  readonly answered: number
  readonly failed: number
  readonly seconds: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
}
