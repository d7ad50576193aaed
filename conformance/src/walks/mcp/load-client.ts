// The official client, loaded where programs are run from their sources: libraries below it offer sources of their own under
// the same condition, which Node does not run.

import { registerHooks } from 'node:module'

const load = async () => {
  registerHooks({
    resolve: (specifier, context, next) => {
      const conditions = context.conditions.filter((condition) => condition !== 'source')
      return next(specifier, specifier.startsWith('eventsource') ? { ...context, conditions } : context)
    },
  })
  const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client')
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio')
  return { Client, StreamableHTTPClientTransport, StdioClientTransport }
}

let loaded: ReturnType<typeof load> | undefined

export const loadClient = (): ReturnType<typeof load> => {
  loaded ??= load()
  return loaded
}
