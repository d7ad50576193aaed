// A service's errors as one table: `throw errors.bucketNotFound(id)` reads as a sentence.

import { type ErrorShape, PlinthError } from './plinth-error.ts'

// biome-ignore lint/suspicious/noExplicitAny: the arguments are inferred back from each entry below
type Table = Readonly<Record<string, (...args: any[]) => ErrorShape>>

type Makers<T extends Table> = { readonly [K in keyof T]: (...args: Parameters<T[K]>) => PlinthError }

/** Turns a table of shapes into a table of error makers. `family` names the owner in generated pages. */
export const defineErrors = <const T extends Table>(
  family: string,
  table: T,
): Makers<T> & { readonly family: string } => {
  const makers = Object.fromEntries(
    Object.entries(table).map(([name, shape]) => [
      name,
      (...args: unknown[]) => new PlinthError(shape(...args)),
    ]),
  )
  // The entries were made from `table` one by one, so names and arguments agree.
  return Object.assign(makers as unknown as Makers<T>, { family })
}
