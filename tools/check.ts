// `npm run check`: everything a machine can judge without running the product. Prints one line a step.

import { spawn } from 'node:child_process'
import { findBundleMistakes } from './build.ts'
import { findCrossings } from './check/floors.ts'
import { findForeignLicences } from './check/licences.ts'
import { findLongFiles } from './check/limits.ts'
import { findDrift } from './generate.ts'
import { root } from './root.ts'

/** Problems as lines; none means the step passed. */
type Step = readonly [name: string, find: () => Promise<readonly string[]>]

const command = (name: string, args: readonly string[]): Promise<readonly string[]> =>
  new Promise((resolve) => {
    const child = spawn(name, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    const output: Buffer[] = []
    child.stdout.on('data', (chunk) => output.push(chunk))
    child.stderr.on('data', (chunk) => output.push(chunk))
    child.on('close', (code) => resolve(code === 0 ? [] : [Buffer.concat(output).toString().trim()]))
  })

const steps: readonly Step[] = [
  ['types', () => command('tsc', ['-p', 'tsconfig.json'])],
  ['lint', () => command('biome', ['check', '--error-on-warnings', '.'])],
  ['bundles', findBundleMistakes],
  ['floors', findCrossings],
  ['file sizes', findLongFiles],
  ['unused code', () => command('knip', ['--no-progress'])],
  ['licences', findForeignLicences],
  [
    'generated files',
    async () => (await findDrift()).map((file) => `${file.path} is out of date: run npm run generate`),
  ],
]

/** Runs all steps in order; answers the names of those that failed. */
export const check = async (): Promise<readonly string[]> => {
  const failed: string[] = []
  for (const [name, find] of steps) {
    const started = performance.now()
    const problems = await find()
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`)
    for (const problem of problems) console.log(problem.replace(/^/gm, '     '))
    if (problems.length > 0) failed.push(name)
  }
  return failed
}

if (import.meta.main) process.exitCode = (await check()).length > 0 ? 1 : 0
