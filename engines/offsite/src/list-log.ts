// Which pieces of the log of a database the bucket has.

import { parseObject } from './log-names.ts'
import type { Place } from './place.ts'
import { DATABASES } from './repository-settings.ts'

/** Names in their order; `log` is the folder that the stanza's present database has there. */
export const listLog = async (place: Place, stanza: string, log: string): Promise<readonly string[]> =>
  (await place.list(`${DATABASES}archive/${stanza}/${log}/`)).map((object) => parseObject(object).name).sort()
