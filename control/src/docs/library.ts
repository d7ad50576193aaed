// What can be searched here: the pages of the documentation and the operations there are. Read once, when it is first asked for.

import type { Operation } from '../frame/operation.ts'
import type { Library, Reference } from './answer-query.ts'
import { readGuides } from './read-guides.ts'

const referenceOf = ({ name, about, rest: { method, path, id } }: Operation): Reference => ({
  title: `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
  href: `docs#${id}`,
  content: `${about} (${name})`,
})

export const makeLibrary = (
  folder: string | undefined,
  operations: readonly Operation[],
): (() => Promise<Library>) => {
  let read: Promise<Library> | undefined
  return () => {
    read ??= (folder === undefined ? Promise.resolve([]) : readGuides(folder)).then((guides) => ({
      guides,
      references: operations.map(referenceOf),
    }))
    return read
  }
}
