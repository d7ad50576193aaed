// `npm test`: the check, then every suite, one after the other; closes with one line of totals.

import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { check } from './check.ts'
import { root } from './root.ts'
import { findPlace, makeRunFolder } from './run-folder.ts'

type Totals = { passed: number; failed: number; skipped: number }

const folder = await makeRunFolder(await findPlace())
const env = { ...process.env, TMPDIR: folder.path }

const run = (command: string, args: readonly string[]): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('close', (code) => resolve(code ?? 1))
  })

const readReport = async (file: string): Promise<Totals | undefined> => {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const report = JSON.parse(text) as Record<
    'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests',
    number
  >
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** One vitest project. A runner that dies without a report, or fails with every test green, is one failure. */
const runSuite = async (name: string): Promise<Totals> => {
  const report = join(folder.path, `${name}.json`)
  console.log(`\n── ${name} ──`)
  const code = await run('vitest', [
    'run',
    '--project',
    name,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    // A whole installation is a dozen processes.
    ...(name === 'e2e' ? ['--maxWorkers=2'] : []),
  ])
  const totals = (await readReport(report)) ?? { passed: 0, failed: 0, skipped: 0 }
  return code !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals
}

/** The official clients' walks against a whole installation. */
const runConformance = async (): Promise<Totals> => {
  const report = join(folder.path, 'conformance.json')
  console.log('\n── conformance ──')
  await run('node', ['conformance/src/main.ts', '--report', report])
  const text = await readFile(report, 'utf8').catch(() => undefined)
  return { passed: 0, failed: 1, ...(text === undefined ? {} : JSON.parse(text)), skipped: 0 }
}

const failedSteps = await check()
const totals: Totals = { passed: 0, failed: failedSteps.length, skipped: 0 }
const suites = ['unit', 'db', 'e2e'].map((name) => () => runSuite(name))
for (const runNext of [...suites, runConformance]) {
  const suite = await runNext()
  totals.passed += suite.passed
  totals.failed += suite.failed
  totals.skipped += suite.skipped
}
const forgotten = await folder.listForgotten()
totals.failed += forgotten.length
await folder.remove()
if (forgotten.length > 0) console.log(`\nLeft behind by tests: ${forgotten.join(', ')}.`)
if (failedSteps.length > 0) console.log(`\nThe check failed at: ${failedSteps.join(', ')}.`)
console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0
