// What a command is.

import type { Environment } from '@plinth/config'

export type Invocation = {
  readonly env: Environment
  readonly args: readonly string[]
  readonly commands: readonly Command[]
}

export type Command = {
  readonly name: string
  /** One line for `plinth help`. */
  readonly about: string
  /** Resolves to the exit code. */
  readonly run: (invocation: Invocation) => Promise<number>
}
