// What a floor process is asked to do, and what it answers.

export type LineAccess = { readonly socketDir: string; readonly user: string; readonly password: string }

export type FloorJob =
  | { readonly kind: 'line'; readonly line: LineAccess; readonly seconds: number; readonly inFlight: number }
  | { readonly kind: 'http'; readonly line: LineAccess; readonly socketPath: string }

export type FloorMessage = { readonly perSecond?: number; readonly listening?: true }
