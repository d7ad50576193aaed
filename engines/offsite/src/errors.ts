// What can go wrong between this machine and the bucket.

import { defineErrors } from '@plinth/errors'

export const offsiteErrors = defineErrors('offsite', {
  refused: (bucket: string, reason: string, hint?: string) => ({
    code: 'bucket_refused',
    kind: 'upstream',
    status: 502,
    message: `The bucket ${bucket} cannot be used: ${reason}`,
    hint: hint ?? 'Check endpoint, region, name and keys of the bucket.',
  }),
  backrestFailed: (reason: string) => ({
    code: 'backup_not_sent',
    kind: 'platform',
    status: 502,
    message: `pgBackRest failed: ${reason}`,
  }),
  damaged: (name: string) => ({
    code: 'offsite_damaged',
    kind: 'platform',
    status: 500,
    message: `${name} in the bucket is damaged, or was sealed with another installation key.`,
  }),
  nothing: (bucket: string) => ({
    code: 'offsite_empty',
    kind: 'caller',
    status: 404,
    message: `The bucket ${bucket} holds nothing that was sealed with this installation key.`,
    hint: 'Check the prefix, and that the key is that of the installation that was lost.',
  }),
})
