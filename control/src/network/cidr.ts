// Address ranges as network restrictions write them: `203.0.113.0/24`, `2001:db8::/32`.

import { isIPv4, isIPv6 } from 'node:net'
import { z } from 'zod'

const isRange = (isAddress: (text: string) => boolean, bits: number) => (text: string) => {
  const [address = '', length, ...rest] = text.split('/')
  const isLength = length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits)
  return rest.length === 0 && isLength && isAddress(address)
}

export const CidrV4 = z.string().refine(isRange(isIPv4, 32), 'must be an IPv4 range such as 203.0.113.0/24')
export const CidrV6 = z.string().refine(isRange(isIPv6, 128), 'must be an IPv6 range such as 2001:db8::/32')

export const Ranges = z.object({
  dbAllowedCidrs: z.array(CidrV4).optional(),
  dbAllowedCidrsV6: z.array(CidrV6).optional(),
})
