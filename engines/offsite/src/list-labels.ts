// Which base backups of a database the bucket has. pgBackRest names them by the moment they were begun.

import type { Place } from './place.ts'
import { DATABASES } from './repository-settings.ts'

export type Labels = {
  readonly newest: string | undefined
  /** When the newest that stands alone was begun. */
  readonly newestFull: Date | undefined
}

const momentOf = (label: string): Date =>
  new Date(label.replace(/^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)F.*$/, '$1-$2-$3T$4:$5:$6Z'))

/** Only those that are whole: the manifest goes last. */
export const listLabels = async (place: Place, stanza: string): Promise<Labels> => {
  const objects = await place.list(`${DATABASES}backup/${stanza}/`)
  const found = objects.map((object) =>
    /\/(\d{8}-\d{6}F(?:_\d{8}-\d{6}[DI])?)\/backup\.manifest$/.exec(object),
  )
  const labels = found.flatMap((match) => match?.[1] ?? []).sort()
  const full = labels.findLast((label) => label.endsWith('F'))
  return { newest: labels.at(-1), newestFull: full === undefined ? undefined : momentOf(full) }
}
