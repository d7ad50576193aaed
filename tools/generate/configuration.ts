// docs/configuration.md: every setting of an installation, from the schema that checks it.

import { join } from 'node:path'
import { describeConfig } from '../../ground/config/src/index.ts'
import type { Generated } from '../generate.ts'
import { root } from '../root.ts'

const opening = `# Configuration

An installation is configured by environment variables when it starts. \`plinth config\` prints what is in force
(\`npx plinth\` is \`node dist/cli.mjs\` in a checkout). A value that is not valid stops the start with one sentence that
names the variable.

| Variable | Default | Meaning |
|---|---|---|
`

const closing = `
Two installations run side by side when their data folders and ports differ. \`PG_BIN_DIR\` names the folder of a Postgres
(15 or later, with pgvector) to use instead of the one that \`npm start\` prepares in \`.runtime/\`.

As root, every project's processes run under a system user of their own, so the folders above the data folder must let
other users pass through; where one does not, the platform opens it for passing (\`o+x\`) and says so.
`

export const generateConfiguration = async (): Promise<readonly Generated[]> => {
  const { OperatorConfig } = await import('../../apps/cli/src/config.ts')
  const rows = describeConfig(OperatorConfig).map((row) => {
    const fallback = row.name === 'PLINTH_DATA' ? '.plinth' : (row.default ?? '')
    return `| \`${row.name}\` | ${fallback === '' ? '' : `\`${fallback}\``} | ${row.description} |`
  })
  return [{ path: join(root, 'docs/configuration.md'), text: `${opening}${rows.join('\n')}\n${closing}` }]
}
