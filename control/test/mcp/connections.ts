// Connections of the official client to our server, and to the official server that speaks to us.

import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import type { TestControl } from '../test-control.ts'

export const openConnections = (t: TestControl, address: string) => {
  const open: Client[] = []
  const connect = async (query = '', token: string = t.owner.token) => {
    const client = new Client({ name: 'test', version: '1' })
    const transport = new StreamableHTTPClientTransport(new URL(`${address}/mcp${query}`), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    })
    await client.connect(transport)
    open.push(client)
    return client
  }

  const connectOfficial = async (...args: readonly string[]) => {
    const client = new Client({ name: 'test', version: '1' })
    const cli = fileURLToPath(new URL('cli.js', import.meta.resolve('@supabase/mcp-server-supabase')))
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [cli, '--api-url', address, '--access-token', t.owner.token, ...args],
      stderr: 'ignore',
    })
    await client.connect(transport)
    open.push(client)
    return client
  }

  return {
    connect,
    connectOfficial,
    close: async () => {
      for (const client of open) await client.close()
    },
  }
}

/** Names of the tools that each connection called. */
const called = new WeakMap<Client, Set<string>>()
const calledOf = (client: Client): Set<string> => {
  const names = called.get(client) ?? new Set()
  called.set(client, names)
  return names
}

export const call = async (client: Client, name: string, args: Record<string, unknown> = {}) => {
  calledOf(client).add(name)
  const result = await client.callTool({ name, arguments: args })
  const [content] = result.content as { text: string }[]
  const value = JSON.parse(content?.text ?? 'null')
  return { isError: result.isError === true, value }
}

/** Tools that a connection lists and never called. */
export const untried = async (client: Client): Promise<readonly string[]> =>
  (await client.listTools()).tools.map(({ name }) => name).filter((name) => !calledOf(client).has(name))

export const namesOf = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name)

export const readers = [
  'list_tables',
  'list_extensions',
  'list_migrations',
  'get_project_url',
  'get_publishable_keys',
  'generate_typescript_types',
]
export const accountNames = [
  'list_organizations',
  'get_organization',
  'list_projects',
  'get_project',
  'get_cost',
  'confirm_cost',
  'create_project',
  'pause_project',
  'restore_project',
]
