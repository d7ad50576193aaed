// Reads JSON from an address that an owner names, and says in the owner's words what went wrong.

import { fetchJson, type Outbound } from '@plinth/http'
import { errors } from './errors.ts'

export const readDocument = async (outbound: Outbound, url: string): Promise<unknown> => {
  try {
    return await fetchJson(outbound, { url })
  } catch (error) {
    const isJson = !(error instanceof SyntaxError)
    throw errors.unreachable(url, isJson && error instanceof Error ? error.message : 'it is no JSON')
  }
}
