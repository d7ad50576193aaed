// All rows of one reading → the catalogue value.

import type {
  Catalogue,
  MediaHandler,
  MediaHandlers,
  QualifiedName,
  RoleSettings,
  Routine,
} from '../catalogue.ts'
import type { ServerRow } from '../sql/get-server.ts'
import type { FunctionRow } from '../sql/list-functions.ts'
import type { MediaHandlerRow } from '../sql/list-media-handlers.ts'
import type { RepresentationRow } from '../sql/list-representations.ts'
import type { RoleSettingRow } from '../sql/list-settings.ts'
import { buildFunction, isolationOf, isolationSetting } from './build-functions.ts'
import { buildRelations, type RelationRows } from './build-relations.ts'
import { byName } from './by-name.ts'

export type CatalogueRows = RelationRows & {
  readonly server: ServerRow
  readonly functions: readonly FunctionRow[]
  readonly representations: readonly RepresentationRow[]
  readonly mediaHandlers: readonly MediaHandlerRow[]
  readonly roleSettings: readonly RoleSettingRow[]
}

export const buildCatalogue = (schemas: readonly string[], rows: CatalogueRows): Catalogue => ({
  serverVersion: rows.server.version,
  hasPostgis: rows.server.hasPostgis,
  schemas,
  schemaComments: new Map(Object.entries(rows.server.schemaComments)),
  relations: byName(buildRelations(rows).map((relation) => [relation, relation])),
  functions: byName(groupOverloads(rows.functions)),
  representations: nest(rows.representations.map((row) => [row.source, row.target, row.function])),
  mediaHandlers: buildMediaHandlers(rows.mediaHandlers),
  roles: buildRoles(rows.roleSettings),
})

const groupOverloads = (rows: readonly FunctionRow[]): [QualifiedName, readonly Routine[]][] => {
  const groups = new Map<string, [QualifiedName, Routine[]]>()
  for (const row of rows) {
    const key = JSON.stringify([row.schema, row.name])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row, [buildFunction(row)]])
    else group[1].push(buildFunction(row))
  }
  return [...groups.values()]
}

const nest = (triples: readonly (readonly [string, string, string])[]): Catalogue['representations'] => {
  const outer = new Map<string, Map<string, string>>()
  for (const [first, second, value] of triples) {
    const inner = outer.get(first) ?? new Map<string, string>()
    outer.set(first, inner.set(second, value))
  }
  return outer
}

const isAnyElement = (row: MediaHandlerRow): boolean =>
  row.targetSchema === 'pg_catalog' && row.targetName === 'anyelement'

const buildMediaHandlers = (rows: readonly MediaHandlerRow[]): MediaHandlers => {
  const any = new Map<string, MediaHandler>()
  const targets = new Map<string, [QualifiedName, Map<string, MediaHandler>]>()
  for (const row of rows) {
    const { mediaType, contentType, kind, encoding, schema, name } = row
    const handler: MediaHandler = { mediaType, contentType, kind, encoding, function: { schema, name } }
    if (isAnyElement(row)) {
      any.set(mediaType, handler)
      continue
    }
    const target = { schema: row.targetSchema, name: row.targetName }
    const key = JSON.stringify(target)
    const found = targets.get(key) ?? [target, new Map<string, MediaHandler>()]
    targets.set(key, found)
    found[1].set(mediaType, handler)
  }
  return { any, of: byName(targets.values()) }
}

const buildRoles = (rows: readonly RoleSettingRow[]): ReadonlyMap<string, RoleSettings> => {
  const roles = new Map<string, RoleSettings>()
  for (const [role, list] of Map.groupBy(rows, (row) => row.role)) {
    const settings = list.map(({ name, value }) => [name, value] as const)
    roles.set(role, {
      isolation: isolationOf(settings),
      settings: settings.filter(([name]) => name !== isolationSetting),
    })
  }
  return roles
}
