// Compiles `<workspace>/migrations/NNNN_*.sql` (and the golden template's own files) into `<workspace>/src/migrations.generated.ts`, so that a
// bundle carries its SQL and nothing is read at run time.

import { createHash } from 'node:crypto'
import { glob, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Generated } from '../generate.ts'
import { root } from '../root.ts'

const sources = ['{services/*,control,ground/*}/migrations/*.sql', 'engines/cluster/template/*.sql']
const numbered = /^\d{4}_[a-z0-9_]+\.sql$/

const findFolders = async (): Promise<Map<string, string[]>> => {
  const folders = new Map<string, string[]>()
  for await (const file of glob(sources, { cwd: root })) {
    if (!numbered.test(basename(file))) continue
    const folder = dirname(file)
    folders.set(folder, [...(folders.get(folder) ?? []), basename(file)].sort())
  }
  return folders
}

const entry = async (folder: string, file: string): Promise<string> => {
  const sql = await readFile(join(root, folder, file), 'utf8')
  const checksum = createHash('sha256').update(sql).digest('hex')
  const name = file.replace(/\.sql$/, '')
  return `  { name: ${JSON.stringify(name)}, checksum: '${checksum}', sql: ${JSON.stringify(sql)} },`
}

const compile = async ([folder, files]: [string, string[]]): Promise<Generated> => {
  const entries = await Promise.all(files.map((file) => entry(folder, file)))
  const text = `// Made from ../${basename(folder)}/*.sql by \`npm run generate\`.

import type { Migration } from '@plinth/contracts'

export const migrations: readonly Migration[] = [
${entries.join('\n')}
]
`
  return { path: join(root, dirname(folder), 'src/migrations.generated.ts'), text }
}

export const generateMigrations = async (): Promise<readonly Generated[]> =>
  Promise.all([...(await findFolders())].sort().map(compile))
