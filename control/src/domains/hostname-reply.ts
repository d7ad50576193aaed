// A custom hostname as clients read it: the record of the certificate provider that upstream passes on.

import { z } from 'zod'
import type { Certificate, ControlSettings } from '../frame/settings.ts'
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

/** As the certificate provider of upstream names it. */
const certificateStatus = (isProved: boolean, certificate: Certificate | undefined): string => {
  if (!isProved) return 'pending_validation'
  return certificate === undefined || certificate.isThere ? 'active' : 'pending_issuance'
}

export const showHostname = async (
  name: HostName,
  { domain, certificateOf }: Pick<ControlSettings, 'domain' | 'certificateOf'>,
): Promise<z.infer<typeof Hostname>> => {
  const isProved = name.status !== 'initiated'
  const certificate = isProved ? await certificateOf?.(name.host) : undefined
  const problems = [...name.problems, ...(certificate?.refusal === undefined ? [] : [certificate.refusal])]
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
          status: certificateStatus(isProved, certificate),
          validation_records: [record],
          validation_errors: problems.map((message) => ({ message })),
        },
        ownership_verification: { type: 'txt', name: record.txt_name, value: record.txt_value },
        verification_errors: name.problems,
        custom_origin_server: `${name.ref}.${domain}`,
      },
    },
  }
}
