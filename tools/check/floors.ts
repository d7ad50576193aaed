// Reads every import between workspaces and names those that go up or sideways (table: tools/floors.ts),
// reach past a workspace's public face, or take a development-only workspace into production code.

import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { developmentOnly, floors, mayImport, type Place, placeOf } from '../floors.ts'
import { root } from '../root.ts'

type Workspaces = ReadonlyMap<string, Place>

const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*'(@plinth\/[^']+|\.{1,2}\/[^']+)'/g)].map(
    (match) => match[1] ?? '',
  )

const findWorkspaces = async (): Promise<Workspaces> => {
  const found = new Map<string, Place>()
  for (const { folder } of floors) {
    for await (const file of glob([`${folder}/package.json`, `${folder}/*/package.json`], { cwd: root })) {
      const { name } = JSON.parse(await readFile(join(root, file), 'utf8')) as { name: string }
      const place = placeOf(file.replace(/\/?package\.json$/, ''))
      if (place) found.set(name, place)
    }
  }
  return found
}

const judge = (file: string, from: Place, specifier: string, workspaces: Workspaces): string | undefined => {
  if (specifier.startsWith('.')) {
    const target = placeOf(join(file, '..', specifier))
    const leaves = target && (target.floor !== from.floor || target.name !== from.name)
    return leaves ? `${file}: reaches into ${specifier}; import the workspace by its name` : undefined
  }
  const name = specifier.split('/').slice(0, 2).join('/')
  const to = workspaces.get(name)
  if (!to) return `${file}: ${specifier} is no workspace`
  const isTest = /\/(test|bench)\//.test(file)
  if (!isTest && from.name !== 'testing' && developmentOnly.includes(to.name))
    return `${file}: ${specifier} is for tests only`
  return isTest || mayImport(from, to)
    ? undefined
    : `${file}: ${from.floor.folder}/${from.name} may not import ${specifier}`
}

/** One line for each import that crosses a floor it may not cross. */
export const findCrossings = async (): Promise<readonly string[]> => {
  const workspaces = await findWorkspaces()
  const crossings: string[] = []
  const files = glob(
    floors.map(({ folder }) => `${folder}/**/*.ts`),
    { cwd: root, exclude: ['**/node_modules'] },
  )
  for await (const file of files) {
    const from = placeOf(file)
    if (!from) continue
    for (const specifier of importsOf(await readFile(join(root, file), 'utf8'))) {
      const crossing = judge(file, from, specifier, workspaces)
      if (crossing) crossings.push(crossing)
    }
  }
  return crossings
}
