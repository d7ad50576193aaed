// Runs one package's own jest suite out of a checkout of the official client repository. The package is copied to
// a scratch folder and gets the tools it names, so that the checkout stays as it is.

import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CaseResult } from '../score.ts'

export type Suite = {
  readonly checkout: string
  /** `packages/core/postgrest-js` */
  readonly folder: string
  readonly config: string
  /** Test files or folders to run; all when empty. */
  readonly only?: readonly string[]
  /** Runs in the copied package before the tests. */
  readonly before?: readonly string[]
}

const run = (command: string, args: readonly string[], cwd: string): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
    child.stderr.resume()
    child.on('close', (code) => resolve(code ?? 1))
  })

/** Versions that the workspace file names for its packages. */
const readCatalog = async (checkout: string): Promise<ReadonlyMap<string, string>> => {
  const text = await readFile(join(checkout, 'pnpm-workspace.yaml'), 'utf8')
  const section = /^catalog:\n((?: {2}.*\n)+)/m.exec(text)?.[1] ?? ''
  return new Map(
    [...section.matchAll(/^ {2}'?([^':]+)'?: (.+)$/gm)].map((match) => [match[1] ?? '', match[2] ?? '']),
  )
}

const needed =
  /^(jest|ts-jest|typescript|prettier|tslib|zod|type-fest|jsonwebtoken|jest-.*|@types\/.*|@jest\/.*|@faker-js\/.*)$/

const writeManifest = async (scratch: string, { checkout, folder }: Suite): Promise<void> => {
  const catalog = await readCatalog(checkout)
  const { dependencies, devDependencies } = JSON.parse(
    await readFile(join(checkout, folder, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string>>
  const wanted = Object.entries({ ...dependencies, ...devDependencies, 'ts-jest': 'catalog:' })
    .filter(([name]) => needed.test(name))
    .map(([name, version]) => [name, version === 'catalog:' ? (catalog.get(name) ?? 'latest') : version])
  await writeFile(
    join(scratch, 'package.json'),
    JSON.stringify({ private: true, dependencies: Object.fromEntries(wanted) }),
  )
}

type JestReport = {
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

const readResults = (report: JestReport): readonly CaseResult[] =>
  report.testResults.flatMap((file) => {
    if (file.assertionResults.length === 0 && file.message)
      return [{ name: file.name, passed: false, why: file.message }]
    return file.assertionResults
      .filter(({ status }) => status !== 'pending' && status !== 'todo')
      .map(({ fullName, status, failureMessages }) => ({
        name: fullName,
        passed: status === 'passed',
        why: failureMessages[0] ?? '',
      }))
  })

export const runSuite = async (suite: Suite): Promise<readonly CaseResult[]> => {
  const scratch = await mkdtemp(join(tmpdir(), 'plinth-upstream-'))
  try {
    const folder = join(scratch, suite.folder)
    await cp(join(suite.checkout, suite.folder), folder, { recursive: true })
    await cp(join(suite.checkout, 'tsconfig.base.json'), join(scratch, 'tsconfig.base.json'))
    await writeManifest(scratch, suite)
    const installed = await run('npm', ['install', '--no-audit', '--no-fund', '--legacy-peer-deps'], scratch)
    if (installed !== 0) throw new Error('The tools of the suite could not be installed.')
    if (suite.before) await run('node', suite.before, folder)
    const report = join(scratch, 'report.json')
    const jest = join(scratch, 'node_modules/jest/bin/jest.js')
    const args = [
      jest,
      '--config',
      suite.config,
      '--runInBand',
      '--ci',
      '--coverage=false',
      '--forceExit',
      '--json',
      '--outputFile',
      report,
    ]
    await run('node', [...args, ...(suite.only ?? [])], folder)
    return readResults(JSON.parse(await readFile(report, 'utf8')) as JestReport)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
