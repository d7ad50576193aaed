// Follows the imports of a function from its first module: a file that is imported by path must be among those
// sent. Packages and addresses are left to the runtime.

import { posix } from 'node:path'
import { z } from 'zod'
import { errors } from './errors.ts'
import { findImports } from './find-imports.ts'
import { findFile, type SourceFile } from './source-files.ts'

const ImportMap = z.object({ imports: z.record(z.string(), z.string()).default({}) })

type Mapped = { readonly folder: string; readonly imports: Readonly<Record<string, string>> }

/** Comments and trailing commas are allowed in `deno.json(c)`. */
const parseJsonc = (text: string): unknown =>
  JSON.parse(
    text
      .replace(
        /("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
        (_all, string: string | undefined) => string ?? '',
      )
      .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_all, string: string | undefined) => string ?? ''),
  )

const readMap = (file: SourceFile): Mapped => {
  try {
    const { imports } = ImportMap.parse(parseJsonc(file.bytes.toString()))
    return { folder: posix.dirname(file.path), imports }
  } catch {
    throw errors.badImportMap(file.path)
  }
}

const isPath = (specifier: string): boolean => /^\.{1,2}\//.test(specifier)

/** What a name of the import map stands for. */
const lookUp = ({ imports }: Mapped, specifier: string): string | undefined => {
  const exact = imports[specifier]
  if (exact !== undefined) return exact
  const prefix = Object.keys(imports)
    .filter((name) => name.endsWith('/') && specifier.startsWith(name))
    .toSorted((left, right) => right.length - left.length)[0]
  return prefix === undefined ? undefined : `${imports[prefix]}${specifier.slice(prefix.length)}`
}

/** Path of the file meant, or `undefined` for what is not a file of the function. */
const resolve = (specifier: string, importer: string, map: Mapped | undefined): string | undefined => {
  if (isPath(specifier)) return posix.join(posix.dirname(importer), specifier)
  const target = map && lookUp(map, specifier)
  return target !== undefined && isPath(target) ? posix.join(map?.folder ?? '.', target) : undefined
}

export type Modules = {
  readonly files: readonly SourceFile[]
  readonly entrypoint: SourceFile
  readonly importMap: SourceFile | undefined
}

const isModule = (path: string): boolean => /\.(?:[cm]?[jt]s|[jt]sx)$/.test(path)

/** Throws for the first import whose file was not sent. */
export const checkImports = ({ files, entrypoint, importMap }: Modules): void => {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const beside = (name: string) => byPath.get(posix.join(posix.dirname(entrypoint.path), name))
  const mapFile = importMap ?? beside('deno.json') ?? beside('deno.jsonc')
  const map = mapFile && readMap(mapFile)
  const seen = new Set([entrypoint.path])
  const open = [entrypoint]
  for (let module = open.pop(); module !== undefined; module = open.pop()) {
    const { path: importer, bytes } = module
    if (!isModule(importer)) continue
    for (const specifier of findImports(bytes.toString())) {
      const path = resolve(specifier, importer, map)
      if (path === undefined || seen.has(path)) continue
      const next = byPath.get(path)
      if (next === undefined) throw errors.importMissing(specifier, importer)
      seen.add(path)
      open.push(next)
    }
  }
}

/** Finds first module and import map, and checks what they lead to. */
export const findModules = (
  files: readonly SourceFile[],
  entrypointPath: string,
  importMapPath: string | undefined,
): Modules => {
  const entrypoint = findFile(files, entrypointPath)
  if (entrypoint === undefined) throw errors.entrypointMissing(entrypointPath)
  const importMap = importMapPath ? findFile(files, importMapPath) : undefined
  if (importMapPath && importMap === undefined) throw errors.importMapMissing(importMapPath)
  const modules = { files, entrypoint, importMap }
  checkImports(modules)
  return modules
}
