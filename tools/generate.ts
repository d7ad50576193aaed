// Writes every generated file of the repository, or with `--check` names those that differ from what
// their source says. One generator a file in tools/generate/.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { generateClient } from './generate/client.ts'
import { generateConfiguration } from './generate/configuration.ts'
import { generateConformance } from './generate/conformance.ts'
import { generateFloors } from './generate/floors.ts'
import { generateMigrations } from './generate/migrations.ts'
import { generateNotOffered } from './generate/not-offered.ts'
import { generateOpenapi } from './generate/openapi.ts'
import { root } from './root.ts'

/** A file as it should be; `path` is absolute. */
export type Generated = { readonly path: string; readonly text: string }

const generators: readonly (() => Promise<readonly Generated[]>)[] = [
  generateMigrations,
  generateFloors,
  generateConfiguration,
  generateOpenapi,
  generateClient,
  generateNotOffered,
  generateConformance,
]

const isCurrent = async (file: Generated): Promise<boolean> =>
  (await readFile(file.path, 'utf8').catch(() => undefined)) === file.text

/** Files whose text on disk differs from what their source says. */
export const findDrift = async (): Promise<readonly Generated[]> => {
  const files = (await Promise.all(generators.map((make) => make()))).flat()
  const current = await Promise.all(files.map(isCurrent))
  return files.filter((_, index) => !current[index])
}

const write = async (file: Generated): Promise<void> => {
  await mkdir(dirname(file.path), { recursive: true })
  await writeFile(file.path, file.text)
  console.log(`wrote ${relative(root, file.path)}`)
}

if (import.meta.main) {
  const stale = await findDrift()
  if (!process.argv.includes('--check')) {
    for (const file of stale) await write(file)
  } else if (stale.length > 0) {
    for (const file of stale)
      console.error(`${join('.', relative(root, file.path))} is out of date: run npm run generate`)
    process.exitCode = 1
  }
}
