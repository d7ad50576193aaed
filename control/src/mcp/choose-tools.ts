// Which tools a connection gets: by the groups it asks for, by project, by whether it may change anything, and
// by what this installation can do at all.

import { ProjectRef } from '@plinth/contracts'
import { errors } from './errors.ts'
import { type Group, groups, type Tool } from './tool.ts'
import { accountTools } from './tools/account.ts'
import { branchingTools } from './tools/branching.ts'
import { databaseTools } from './tools/database.ts'
import { developmentTools } from './tools/development.ts'
import { docsTools } from './tools/docs.ts'
import { functionTools } from './tools/functions.ts'
import { storageTools } from './tools/storage.ts'

const allTools: readonly Tool[] = [
  ...docsTools,
  ...accountTools,
  ...databaseTools,
  ...developmentTools,
  ...functionTools,
  ...branchingTools,
  ...storageTools,
]

/** What the query of `/mcp` says. */
export type Reach = {
  readonly projectRef: string | undefined
  readonly isReadOnly: boolean
  readonly groups: ReadonlySet<Group>
}

const usual: readonly Group[] = groups.filter((group) => group !== 'storage')

const readGroups = (text: string | undefined): ReadonlySet<Group> => {
  if (text === undefined || text === '') return new Set(usual)
  // `debug` is what `debugging` was called once.
  const names = text.split(',').map((name) => (name.trim() === 'debug' ? 'debugging' : name.trim()))
  const unknown = names.filter((name) => !(groups as readonly string[]).includes(name))
  if (unknown.length > 0) throw errors.badFeatures(unknown)
  return new Set(groups.filter((group) => names.includes(group)))
}

const textOf = (value: unknown): string | undefined => {
  const last = Array.isArray(value) ? value.at(-1) : value
  return typeof last === 'string' ? last : undefined
}

export const readReach = (query: Readonly<Record<string, unknown>>): Reach => {
  const projectRef = textOf(query['project_ref'])
  if (projectRef !== undefined && !ProjectRef.safeParse(projectRef).success) throw errors.badProject()
  return {
    projectRef,
    isReadOnly: ['true', '1', ''].includes(textOf(query['read_only']) ?? 'false'),
    groups: readGroups(textOf(query['features'])),
  }
}

/** A tool of one project does not ask which: the connection says it. */
const forProject = (tool: Tool, projectRef: string): Tool => {
  if (!('project_id' in tool.input.shape)) return tool
  return {
    ...tool,
    input: tool.input.omit({ project_id: true }),
    run: (call, input) => tool.run(call, { ...input, project_id: projectRef }),
  }
}

export const chooseTools = (reach: Reach, operationIds: ReadonlySet<string>): readonly Tool[] =>
  allTools
    .filter(({ group }) => reach.groups.has(group))
    .filter(({ group }) => reach.projectRef === undefined || group !== 'account')
    .filter(({ effect, adapts }) => !reach.isReadOnly || effect === 'reads' || adapts === true)
    .filter(({ needs }) => needs.every((id) => operationIds.has(id)))
    .map((tool) => (reach.projectRef === undefined ? tool : forProject(tool, reach.projectRef)))
