// Connections of the official client: to the server at `/mcp`, and to the official server, which speaks to our
// Management API.

import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import type { Client } from '@modelcontextprotocol/client'
import type { Installation } from '@plinth/e2e'
import { loadClient } from './load-client.ts'

export type Tools = {
  /** Calls a tool that must succeed. */
  readonly call: (name: string, args?: Readonly<Record<string, unknown>>) => Promise<any> // as its tool says
  /** Calls a tool that must not; answers what it says. */
  readonly refused: (name: string, args?: Readonly<Record<string, unknown>>) => Promise<string>
  readonly names: () => Promise<readonly string[]>
  /** Tools that are offered and were not called. */
  readonly untried: () => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

/** Query of `/mcp`, or what it is as arguments of the official server. */
export type Reach = {
  readonly features?: string
  readonly project?: string
  readonly readOnly?: boolean
}

const toolsOf = (client: Client): Tools => {
  const called = new Set<string>()
  const ask = async (name: string, args: Readonly<Record<string, unknown>>) => {
    called.add(name)
    const { content, isError } = await client.callTool({ name, arguments: args })
    const [first] = content
    return { isError: isError === true, text: first?.type === 'text' ? first.text : '' }
  }
  const names = async () => (await client.listTools()).tools.map(({ name }) => name)
  return {
    call: async (name, args = {}) => {
      const { isError, text } = await ask(name, args)
      assert.equal(isError, false, text)
      return JSON.parse(text)
    },
    refused: async (name, args = {}) => {
      const { isError, text } = await ask(name, args)
      assert.equal(isError, true, text)
      return text
    },
    names,
    untried: async () => (await names()).filter((name) => !called.has(name)),
    close: () => client.close(),
  }
}

const info = { name: 'conformance', version: '1' }

export const openOurs = async (installation: Installation, reach: Reach, token: string): Promise<Tools> => {
  const url = new URL('/mcp', installation.api)
  if (reach.features !== undefined) url.searchParams.set('features', reach.features)
  if (reach.project !== undefined) url.searchParams.set('project_ref', reach.project)
  if (reach.readOnly === true) url.searchParams.set('read_only', 'true')
  const { Client, StreamableHTTPClientTransport } = await loadClient()
  const client = new Client(info)
  const headers = { authorization: `Bearer ${token}` }
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))
  return toolsOf(client)
}

const command = fileURLToPath(new URL('cli.js', import.meta.resolve('@supabase/mcp-server-supabase')))

export const openOfficial = async (
  installation: Installation,
  reach: Reach,
  token: string,
): Promise<Tools> => {
  const args = [
    ...[command, '--api-url', installation.api, '--access-token', token],
    ...(reach.features === undefined ? [] : ['--features', reach.features]),
    ...(reach.project === undefined ? [] : ['--project-ref', reach.project]),
    ...(reach.readOnly === true ? ['--read-only'] : []),
  ]
  const { Client, StdioClientTransport } = await loadClient()
  const client = new Client(info)
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'ignore' }))
  return toolsOf(client)
}
