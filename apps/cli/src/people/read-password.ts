// A password from the standard input, so that it stands in no list of processes and no history.

import { text } from 'node:stream/consumers'

/** The first line; absent when the option was not given. */
export const readPassword = async (wanted: unknown): Promise<{ password?: string }> => {
  if (wanted !== true) return {}
  const [line = ''] = (await text(process.stdin)).split('\n')
  return { password: line.replace(/\r$/, '') }
}
