// The account that `initdb` runs as. Started by root it refuses root and every user without a passwd entry,
// while the server itself runs as any number.

import { readFile } from 'node:fs/promises'
import { clusterErrors } from './errors.ts'

/** Empty when the platform does not run as root: everything then runs as its own user. */
export type Account = { readonly uid?: number; readonly gid?: number }

const suitable = ['postgres', 'nobody']

export const findInitAccount = async (): Promise<Account> => {
  if (process.getuid?.() !== 0) return {}
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  const found = suitable.flatMap((name) => lines.find((fields) => fields[0] === name) ?? []).slice(0, 4)
  const [, , uid, gid] = found
  if (uid === undefined || gid === undefined) throw clusterErrors.noInitAccount()
  return { uid: Number(uid), gid: Number(gid) }
}
