// A value that must not be seen: it prints as dots wherever it is shown, and opens only where it is used.

import { inspect } from 'node:util'
import { z } from 'zod'

const dots = '•••'

/** Wraps a secret. `console.log`, JSON, `inspect` and template strings show dots; `open()` gives the value. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  open(): string {
    return this.#value
  }

  toString(): string {
    return dots
  }

  toJSON(): string {
    return dots
  }

  [inspect.custom](): string {
    return dots
  }
}

/** A setting that is a secret: `secret()` or `secret(z.string().regex(…))`. */
export const secret = (text: z.ZodString = z.string()) => text.transform((value) => new Secret(value))
