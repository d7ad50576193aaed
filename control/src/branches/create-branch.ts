// Creates a branch, in the words of both halves of the API.

import { InstanceSize } from '@plinth/contracts'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { errors as projectErrors } from '../projects/errors.ts'
import { RegionCode } from '../projects/regions.ts'
import { errors as secretErrors } from '../secrets/errors.ts'
import { SecretName, SecretValue } from '../secrets/secrets.ts'
import { Branch, showBranch } from './branch-reply.ts'
import { createBranch as create } from './new-branch.ts'

export const tag = 'Environments'
export const Name = z.string().min(1).max(255)
export const HttpUrl = z.url({ protocol: /^https?$/ }).max(2048)

/** Upstream's smallest is smaller than ours. */
const Size = z.union([InstanceSize, z.literal('pico')])
const sizeOf = (size: z.infer<typeof Size> | undefined) => (size === 'pico' ? 'nano' : size)

const Secrets = z.record(SecretName, SecretValue)

export const createBranch = operation({
  name: 'branches.create',
  about:
    'Creates a branch of a project: a project of its own with the same migrations and functions or, with data, a copy.',
  rest: { method: 'POST', path: '/v1/projects/:ref/branches', status: 201, id: 'v1-create-a-branch', tag },
  scope: onProject('branching_production_create', 'branching_development_create'),
  input: z.object({
    ...byRef,
    branch_name: Name,
    git_branch: z.string().optional(),
    is_default: z.boolean().optional(),
    persistent: z.boolean().optional(),
    region: RegionCode.optional(),
    desired_instance_size: Size.optional(),
    release_channel: z.enum(['internal', 'alpha', 'beta', 'ga', 'withdrawn', 'preview']).optional(),
    postgres_engine: z.enum(['15', '17', '17-oriole']).optional(),
    secrets: Secrets.optional().describe('Secrets of the functions of the branch.'),
    with_data: z.boolean().optional(),
    notify_url: HttpUrl.optional().describe('Is told when a run of the branch has ended.'),
  }),
  output: Branch,
  run: async (call, { ref, ...wish }) => {
    const { postgres_engine: engine, secrets } = wish
    if (engine !== undefined && engine !== '17') throw projectErrors.engineUnavailable(engine)
    const reserved = Object.keys(secrets ?? {}).filter((name) => name.startsWith('SUPABASE_'))
    if (reserved.length > 0) throw secretErrors.reservedName(reserved)
    const row = await create(call, ref, {
      name: wish.branch_name,
      gitBranch: wish.git_branch,
      isDefault: wish.is_default,
      persistent: wish.persistent,
      withData: wish.with_data,
      region: wish.region,
      size: sizeOf(wish.desired_instance_size),
      secrets,
      notifyUrl: wish.notify_url,
    })
    return showBranch(row)
  },
})

const Attributes = z.strictObject({
  name: Name,
  git_branch: z.string().optional(),
  region: RegionCode.optional(),
  persistent: z.boolean().optional(),
  with_data: z.boolean().optional(),
  desired_instance_size: Size.optional(),
  desired_disk_size_gb: z.int().min(8).max(61_440).optional().describe('Ignored: projects share one disk.'),
  notify_url: HttpUrl.optional(),
})

export const createBranchV2 = operation({
  name: 'branches.create-v2',
  about: 'Creates a branch of a project.',
  rest: { method: 'POST', path: '/v2/projects/:ref/branches', status: 200, id: 'v2CreateABranch', tag: 'v2' },
  scope: onProject('branching_production_create', 'branching_development_create'),
  input: z.object({
    ...byRef,
    data: z.strictObject({ type: z.literal('branch'), attributes: Attributes }),
  }),
  output: z.object({
    data: z.object({
      type: z.literal('branch'),
      id: z.string(),
      attributes: Branch.pick({
        name: true,
        project_ref: true,
        parent_project_ref: true,
        is_default: true,
        persistent: true,
        with_data: true,
        git_branch: true,
        notify_url: true,
        created_at: true,
        updated_at: true,
      }),
    }),
  }),
  run: async (call, { ref, data: { attributes: wish } }) => {
    const row = await create(call, ref, {
      name: wish.name,
      gitBranch: wish.git_branch,
      persistent: wish.persistent,
      withData: wish.with_data,
      region: wish.region,
      size: sizeOf(wish.desired_instance_size),
      notifyUrl: wish.notify_url,
    })
    return { data: { type: 'branch' as const, id: row.id, attributes: showBranch(row) } }
  },
})
