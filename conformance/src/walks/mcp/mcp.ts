// Model Context Protocol, driven by the official client: every tool of our server and of the official one, then what a
// connection may be limited to.

import assert from 'node:assert/strict'
import type { Step, Walk, WalkContext } from '../../walk.ts'
import { openOfficial, openOurs, type Reach, type Tools } from './connections.ts'
import { everyTool } from './every-tool.ts'
import { logInByOAuth } from './log-in.ts'

type Open = (reach: Reach) => Promise<Tools>

const withTools = async (open: Open, reach: Reach, work: (tools: Tools) => Promise<void>): Promise<void> => {
  const tools = await open(reach)
  try {
    await work(tools)
  } finally {
    await tools.close()
  }
}

const limits = (which: string, open: Open, ref: string): readonly Step[] => [
  [
    `${which}: read-only`,
    () =>
      withTools(open, { readOnly: true, features: 'account,database,functions,branching' }, async (tools) => {
        const names = await tools.names()
        assert.ok(names.includes('execute_sql'))
        for (const name of ['create_project', 'apply_migration', 'deploy_edge_function', 'delete_branch'])
          assert.ok(!names.includes(name), name)
        const { result } = await tools.call('execute_sql', { project_id: ref, query: 'select 1 as one' })
        assert.match(result, /\[\{"one":1\}\]/)
        const written = { project_id: ref, query: 'create table public.never ()' }
        assert.match(await tools.refused('execute_sql', written), /read-only transaction/)
      }),
  ],
  [
    `${which}: one project`,
    () =>
      withTools(open, { project: ref, features: 'account,database,development' }, async (tools) => {
        assert.ok(!(await tools.names()).includes('list_projects'))
        const { result } = await tools.call('execute_sql', { query: 'select 2 as two' })
        assert.match(result, /\[\{"two":2\}\]/)
        assert.match((await tools.call('get_project_url')).url, new RegExp(`^https?://${ref}\\.`))
      }),
  ],
  [
    `${which}: one group of tools`,
    () =>
      withTools(open, { features: 'development' }, async (tools) => {
        const names = ['generate_typescript_types', 'get_project_url', 'get_publishable_keys']
        assert.deepEqual([...(await tools.names())].toSorted(), names)
      }),
  ],
]

const walkOf = (which: string, open: Open, context: WalkContext): readonly Step[] => [
  ...everyTool(which, open, context),
  ...limits(which, open, context.project.ref),
]

export const mcp: Walk = {
  area: 'MCP',
  steps: (context) => {
    const { installation } = context
    const { token } = installation
    return [
      ...walkOf('/mcp', (reach) => openOurs(installation, reach, token), context),
      ...walkOf('official server', (reach) => openOfficial(installation, reach, token), context),
      [
        '/mcp: search_docs',
        () =>
          withTools(
            (reach) => openOurs(installation, reach, token),
            { features: 'docs' },
            async (tools) => {
              const graphql_query = '{ searchDocs(query: "reset a branch") { nodes { title href } } }'
              const { result } = await tools.call('search_docs', { graphql_query })
              assert.match(JSON.stringify(result), /docs\/branches\.md/)
            },
          ),
      ],
      [
        '/mcp: from a bare address to tools, by OAuth',
        async () => assert.equal((await logInByOAuth(installation)).length, 1),
      ],
    ]
  },
}
