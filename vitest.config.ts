// Three kinds of tests, told apart by their ending (docs: README, "Tests").
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const excluded = ['**/node_modules/**', '**/dist/**', '.plinth/**', '.runtime/**']
/** Programs that tests start keep what they compiled: each starts in half the time. */
const env = { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/node') }
/** Files that run one after the other in one process load our modules once: half the time of all small files. */
const shared = { isolate: false }
/** No test takes this long; a busy machine may. How long tests wait for a condition: tools/test-patience.ts. */
const patient = {
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 60_000 } },
  setupFiles: ['tools/test-patience.ts'],
}
const project = (name: string, include: string, more: object) => ({
  ssr: { resolve: { conditions: ['source'] } },
  resolve: { conditions: ['source'] },
  test: { name, include: [include], exclude: [...excluded], ...shared, ...patient, ...more },
})

export default defineConfig({
  test: {
    // The runner's default leaves one core to itself, which on two cores means one file at a time.
    maxWorkers: availableParallelism(),
    projects: [
      {
        ...project('unit', '**/*.test.ts', {}),
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...excluded, '**/*.db.test.ts', '**/*.e2e.test.ts'],
          ...shared,
          ...patient,
        },
      },
      project('db', '**/*.db.test.ts', {
        globalSetup: ['tools/test-shared.ts', 'tools/test-postgres.ts'],
        env,
        // A dependency of this client has a condition `source` too, in TypeScript that Node does not strip there.
        server: { deps: { inline: [/@modelcontextprotocol\/client/, /eventsource/] } },
      }),
      project('e2e', '**/*.e2e.test.ts', { globalSetup: ['tools/test-shared.ts', 'tools/test-build.ts'] }),
    ],
  },
})
