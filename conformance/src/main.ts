// `npm run conformance [-- --all] [--upstream <checkout>] [--area <name>]…`: walks with the official client packages (`--all`: also
// the steps that take long or say little) and, given a checkout of their repository, its own suites. Prints a score per area;
// with `--all` or `--upstream` it is written to conformance/scores.json, with `--report <file>` (npm test) as totals to the file.

import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createProject, freePorts, makeManage, startInstallation } from '@plinth/e2e'
import { buildApps } from '../../tools/build.ts'
import { whyNot } from './areas.ts'
import { known } from './known.ts'
import { mergeScores, printScore, type Score, scoreOf, surprises } from './score.ts'
import { authJs } from './upstream/auth-js.ts'
import { postgrestJs } from './upstream/postgrest-js.ts'
import { runWalk } from './walk.ts'
import { auth } from './walks/auth.ts'
import { cli } from './walks/cli/cli.ts'
import { client } from './walks/client.ts'
import { data } from './walks/data.ts'
import { management } from './walks/management.ts'
import { mcp } from './walks/mcp/mcp.ts'

const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    upstream: { type: 'string' },
    report: { type: 'string' },
    area: { type: 'string', multiple: true },
  },
})
const scoresFile = join(import.meta.dirname, '../scores.json')

const walks = [data, auth, management, client, mcp, cli]
const suites = { 'upstream: postgrest-js': postgrestJs, 'upstream: auth-js': authJs }

const isMeant = (area: string): boolean => values.area?.includes(area) ?? true

const measure = async (): Promise<readonly Score[]> => {
  const installation = await startInstallation({ PLINTH_TLS_PORT: String((await freePorts(1))[0]) })
  try {
    const project = await createProject(makeManage(installation), 'conformance')
    const scores: Score[] = []
    for (const walk of walks.filter(({ area }) => isMeant(area)))
      scores.push(
        scoreOf(walk.area, await runWalk(walk, { installation, project, isWhole: values.all }), known),
      )
    if (values.upstream === undefined) return scores
    const checkout = resolve(values.upstream)
    for (const [area, runSuite] of Object.entries(suites))
      if (isMeant(area)) scores.push(scoreOf(area, await runSuite(installation, checkout), known))
    return scores
  } finally {
    await installation.remove()
  }
}

const writeScores = async (scores: readonly Score[]): Promise<void> => {
  const before = JSON.parse(await readFile(scoresFile, 'utf8').catch(() => '[]')) as readonly Score[]
  await writeFile(scoresFile, `${JSON.stringify(mergeScores(before, scores), undefined, 2)}\n`)
}

const refusal = whyNot(
  values.area ?? [],
  { walks: walks.map(({ area }) => area), suites: Object.keys(suites) },
  values.upstream !== undefined,
)
if (refusal !== undefined) {
  console.error(refusal)
  process.exit(2)
}

await buildApps()
const scores = await measure()
scores.forEach(printScore)
const passed = scores.reduce((sum, score) => sum + score.passed, 0)
const failed = scores.reduce((sum, score) => sum + surprises(score), 0)
if (values.all || values.upstream !== undefined) await writeScores(scores)
if (values.report !== undefined) await writeFile(values.report, JSON.stringify({ passed, failed }))
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
