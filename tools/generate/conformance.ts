// docs/conformance.md: the scores of conformance/scores.json as a page.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Score } from '../../conformance/src/score.ts'
import type { Generated } from '../generate.ts'
import { root } from '../root.ts'

const opening = `# Conformance

What the official clients and their own suites score against a whole installation. \`npm run conformance\` runs the walks
(also part of \`npm test\`, without the steps that take long or say little); \`-- --all\` runs every step and
writes the scores down; with \`-- --upstream <checkout of the client repository>\` it also runs the clients' own suites,
on ports 54321 and 9996 to 9999 as their set-ups have it, and needs the npm registry for the suites' tools.

| Area | Passed | Of |
|---|---|---|
`

const failures = ({ area, failed }: Score): string =>
  failed.length === 0
    ? ''
    : `\n## Not passed: ${area}\n\n${failed.map(({ name, reason }) => `- ${name}: ${reason.split('\n')[0]}`).join('\n')}\n`

export const generateConformance = async (): Promise<readonly Generated[]> => {
  const text = await readFile(join(root, 'conformance/scores.json'), 'utf8').catch(() => '[]')
  const scores = JSON.parse(text) as readonly Score[]
  const rows = scores.map(({ area, passed, total }) => `| ${area} | ${passed} | ${total} |\n`).join('')
  return [{ path: join(root, 'docs/conformance.md'), text: opening + rows + scores.map(failures).join('') }]
}
