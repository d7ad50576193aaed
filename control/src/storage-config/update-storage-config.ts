// Changes the settings of the storage service. Features that are not there are refused when switched on.

import { StorageConfig } from '@plinth/contracts'
import { z } from 'zod'
import { errors } from '../frame/errors.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { changeProject } from '../projects/spec.ts'
import { StorageEdit } from './config-shape.ts'

const input = z.object({ ...byRef, ...StorageEdit })
type Edit = z.infer<typeof input>

const missing = {
  purgeCache: 'there is no cache in front of storage here',
  icebergCatalog: 'analytics buckets are not offered here',
} as const

const refuseMissing = ({ features, external }: Edit): void => {
  const problems = Object.entries(missing).flatMap(([name, why]) =>
    features?.[name as keyof typeof missing]?.enabled ? [`features.${name}: ${why}`] : [],
  )
  if (external?.upstreamTarget === 'canary')
    problems.push('external.upstreamTarget: there is only one release here; send main')
  if (problems.length > 0) throw errors.invalid(problems)
}

const change = (old: StorageConfig, { fileSizeLimit, features }: Edit): StorageConfig => ({
  fileSizeLimit: fileSizeLimit ?? old.fileSizeLimit,
  imageTransformation: features?.imageTransformation?.enabled ?? old.imageTransformation,
  s3Protocol: features?.s3Protocol?.enabled ?? old.s3Protocol,
  vectorBuckets: features?.vectorBuckets ?? old.vectorBuckets,
})

export const updateStorageConfig = operation({
  name: 'storage-config.update',
  about: 'Changes the settings of the storage service.',
  rest: {
    method: 'PATCH',
    path: '/v1/projects/:ref/config/storage',
    status: 200,
    id: 'v1-update-storage-config',
    tag: 'Storage',
  },
  scope: onProject('storage_config_write'),
  input,
  output: nothing,
  run: (call, wish) => {
    refuseMissing(wish)
    return changeProject(call, wish.ref, 'be configured', async ({ spec }) => ({
      result: undefined,
      spec: { ...spec, storage: change(spec.storage ?? StorageConfig.parse({}), wish) },
    }))
  },
})
