// What programs that look for PostgREST find in `Server`, in the log and in pg_stat_activity, and what it is in truth.

import { restApiVersion } from '@plinth/contracts'

export const version = `${restApiVersion} (plinth 0.1.0)`

export const programName = `PostgREST ${version}`
