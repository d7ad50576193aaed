// Names of pieces of the log: as the archive of a branch keeps them, and as pgBackRest does.

const PIECE = /^[0-9A-F]{24}$/
const NOTE = /^([0-9A-F]{8}\.history|[0-9A-F]{24}\.[0-9A-F]{8}\.backup)$/

/** Under which name a file of the archive goes to the bucket; none for what is unfinished. */
export const pushedName = (file: string): string | undefined => {
  const name = file.replace(/\.gz$/, '').replace(/\.tail$/, '.partial')
  return PIECE.test(name.replace(/\.partial$/, '')) || NOTE.test(name) ? name : undefined
}

/** The end of a timeline that was left. */
export const isTail = (name: string): boolean => name.endsWith('.partial')

/** Of the objects below a stanza those of its present database: its folder (`17-2`) has the highest number. */
export const ofPresent = (objects: readonly string[]): readonly string[] => {
  const numberOf = (object: string): number => Number(/\/\d+-(\d+)\//.exec(object)?.[1] ?? 0)
  const present = Math.max(0, ...objects.map(numberOf))
  return objects.filter((object) => numberOf(object) === present && present > 0)
}

/** How an object is called in the bucket: `…0001-<digest>.zst`; notes as they are. */
export const parseObject = (object: string): { readonly name: string; readonly digest: string } => {
  const base = object.slice(object.lastIndexOf('/') + 1)
  const [, name = base, digest = ''] = /^(.+)-([0-9a-f]{40})(?:\.\w+)?$/.exec(base) ?? []
  return { name, digest }
}
