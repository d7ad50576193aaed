// `npm start`: bundles what changed, then becomes `plinth up`. With `--watch` (npm run dev) the
// programs run from source instead.

import { spawn } from 'node:child_process'
import { existsSync, globSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bundle = join(root, 'dist/cli.mjs')

const isStale = () => {
  if (!existsSync(bundle)) return true
  const built = statSync(bundle).mtimeMs
  const sources = globSync('{contracts,ground,engines,services,control,apps,tools}/**/*.{ts,sql}', {
    cwd: root,
    exclude: ['**/node_modules'],
  })
  return [...sources, 'package-lock.json'].some((file) => statSync(join(root, file)).mtimeMs > built)
}

const watch = process.argv.includes('--watch')
if (!watch && isStale()) await (await import('./build.ts')).buildApps()

const entry = watch ? ['--conditions=source', '--watch', join(root, 'apps/cli/src/main.ts')] : [bundle]
const child = spawn(process.execPath, [...entry, 'up'], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
