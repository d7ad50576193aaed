// A custom hostname as clients read it: the record of the certificate provider that upstream passes on.

import { z } from 'zod'
import type { HostName } from './host-names.ts'

export const Hostname = z.object({
  status: z.enum([
    '1_not_started',
    '2_initiated',
    '3_challenge_verified',
    '4_origin_setup_completed',
    '5_services_reconfigured',
  ]),
  custom_hostname: z.string(),
  data: z.record(z.string(), z.unknown()),
})

const statuses = {
  initiated: '2_initiated',
  verified: '3_challenge_verified',
  reachable: '4_origin_setup_completed',
  active: '5_services_reconfigured',
} as const

/** Where the owner puts the challenge. */
export const challengeName = (host: string): string => `_plinth-challenge.${host}`

export const showHostname = (name: HostName, target: string): z.infer<typeof Hostname> => {
  const isProved = name.status !== 'initiated'
  const record = { txt_name: challengeName(name.host), txt_value: name.challenge }
  return {
    status: statuses[name.status],
    custom_hostname: name.host,
    data: {
      success: true,
      errors: [],
      messages: [],
      result: {
        id: name.ref,
        hostname: name.host,
        status: isProved ? 'active' : 'pending',
        ssl: {
          status: isProved ? 'active' : 'pending_validation',
          validation_records: [record],
          validation_errors: name.problems.map((message) => ({ message })),
        },
        ownership_verification: { type: 'txt', name: record.txt_name, value: record.txt_value },
        verification_errors: name.problems,
        custom_origin_server: target,
      },
    },
  }
}
