// Settings of the storage service as `config/storage` names them.

import { StorageConfig } from '@plinth/contracts'
import { z } from 'zod'

const Switch = z.strictObject({ enabled: z.boolean() })
const limit = z.int().min(0)
const IcebergCatalog = Switch.extend({ maxNamespaces: limit, maxTables: limit, maxCatalogs: limit })
const VectorBuckets = Switch.extend({ maxBuckets: limit, maxIndexes: limit })
const External = z.strictObject({ upstreamTarget: z.enum(['main', 'canary']) })

const Features = z.strictObject({
  imageTransformation: Switch,
  s3Protocol: Switch,
  purgeCache: Switch,
  icebergCatalog: IcebergCatalog,
  vectorBuckets: VectorBuckets,
})

export const StorageSettings = z.object({
  fileSizeLimit: z.int().describe('Largest object in bytes.'),
  features: Features,
  capabilities: z.object({
    list_v2: z.boolean(),
    iceberg_catalog: z.boolean(),
    object_versioning: z.boolean(),
  }),
  external: External,
  migrationVersion: z.string().nullable(),
})

export const StorageEdit = {
  fileSizeLimit: StorageConfig.shape.fileSizeLimit.unwrap().optional(),
  features: Features.partial().optional(),
  external: External.optional(),
}

export const showStorage = (
  config: StorageConfig = StorageConfig.parse({}),
): z.infer<typeof StorageSettings> => ({
  fileSizeLimit: config.fileSizeLimit,
  features: {
    imageTransformation: { enabled: config.imageTransformation },
    s3Protocol: { enabled: config.s3Protocol },
    purgeCache: { enabled: false },
    icebergCatalog: { enabled: false, maxNamespaces: 0, maxTables: 0, maxCatalogs: 0 },
    vectorBuckets: config.vectorBuckets,
  },
  capabilities: { list_v2: true, iceberg_catalog: false, object_versioning: false },
  external: { upstreamTarget: 'main' },
  migrationVersion: null,
})
