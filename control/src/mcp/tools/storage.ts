// Tools for storage. Not among the groups offered without asking.

import { z } from 'zod'
import { tool } from '../tool.ts'

const projectId = { project_id: z.string() }

export const storageTools = [
  tool({
    name: 'list_storage_buckets',
    title: 'List storage buckets',
    about: 'Lists all storage buckets in a project.',
    group: 'storage',
    effect: 'reads',
    needs: ['v1-list-all-buckets'],
    input: z.object(projectId),
    run: async ({ ask }, { project_id }) => ({
      buckets: await ask('v1-list-all-buckets', { ref: project_id }),
    }),
  }),
  tool({
    name: 'get_storage_config',
    title: 'Get storage config',
    about: 'Get the storage config for a project.',
    group: 'storage',
    effect: 'reads',
    needs: ['v1-get-storage-config'],
    input: z.object(projectId),
    run: async ({ ask }, { project_id }) => ({
      ...((await ask('v1-get-storage-config', { ref: project_id })) as object),
    }),
  }),
  tool({
    name: 'update_storage_config',
    title: 'Update storage config',
    about: 'Update the storage config for a project.',
    group: 'storage',
    effect: 'destroys',
    needs: ['v1-update-storage-config'],
    input: z.object({
      ...projectId,
      config: z.object({
        fileSizeLimit: z.int().min(0).max(536_870_912_000),
        features: z.object({
          imageTransformation: z.object({ enabled: z.boolean() }),
          s3Protocol: z.object({ enabled: z.boolean() }),
        }),
      }),
    }),
    run: async ({ ask }, { project_id, config }) => {
      await ask('v1-update-storage-config', { ref: project_id, ...config })
      return { success: true }
    },
  }),
]
