// A second place for what an installation can be restored from: databases by pgBackRest, its own files sealed by us.

export { type BucketSettings, openBucket } from './bucket.ts'
export { offsiteErrors } from './errors.ts'
export { fetchFiles } from './fetch-files.ts'
export type { Stanza, StanzaBackup } from './info.ts'
export { listLabels } from './list-labels.ts'
export { listLog } from './list-log.ts'
export { mirrorFiles } from './mirror-files.ts'
export { openPlace, type Place } from './place.ts'
export { type Database, openRepository, type Repository } from './repository.ts'
export { learnSent, type Sent, sendLog } from './send-log.ts'
