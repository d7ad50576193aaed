// Operations of this domain, in the order the reference shows them.

import { getStorageConfig } from './get-storage-config.ts'
import { listBuckets } from './list-buckets.ts'
import { listObjects } from './list-objects.ts'
import { updateStorageConfig } from './update-storage-config.ts'

export const storageConfig = [getStorageConfig, updateStorageConfig, listBuckets, listObjects]
