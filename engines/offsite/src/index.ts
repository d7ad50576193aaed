// Copies of an installation's archives in a bucket of object storage, and the way back.

export { type Bucket, type BucketSettings, openBucket } from './bucket.ts'
export { offsiteErrors } from './errors.ts'
export { fetchAll } from './fetch-all.ts'
export { type Mirrored, mirrorArchive } from './mirror-archive.ts'
export { mirrorFiles } from './mirror-files.ts'
export { openPlace, type Place } from './place.ts'
