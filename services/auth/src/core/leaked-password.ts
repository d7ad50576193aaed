// Whether a password stands in lists of leaked ones. Only five digits of its digest leave the house, and when nobody
// answers the password counts as good: a service that is down must not keep people out.

import { createHash } from 'node:crypto'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'

const address = 'https://api.pwnedpasswords.com/range/'

const isLeaked = async ({ outbound, observe }: Parts, password: string): Promise<boolean> => {
  const digest = createHash('sha1').update(password).digest('hex').toUpperCase()
  const rest = digest.slice(5)
  try {
    const headers = { 'add-padding': 'true' }
    const { status, text } = await outbound({ url: `${address}${digest.slice(0, 5)}`, headers })
    if (status !== 200) throw new Error(`The list answered ${status}.`)
    // Padding has a count of zero.
    return text.split('\n').some((line) => line.startsWith(`${rest}:`) && !/:0\s*$/.test(line))
  } catch (error) {
    observe({ level: 'warn', event: 'auth.leak_check_failed', error })
    return false
  }
}

export const checkLeaks = async (parts: Parts, password: string): Promise<void> => {
  if (!parts.config.password_hibp_enabled || !(await isLeaked(parts, password))) return
  const message = 'Password is known to be weak and easy to guess, please choose a different one.'
  throw errors.weakPassword(message, ['pwned'])
}
