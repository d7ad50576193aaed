// What a tool answers when it refuses by itself.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('mcp', {
  notConfirmed: (what: string) => ({
    code: 'cost_not_confirmed',
    kind: 'caller',
    status: 400,
    message: `Cost confirmation ID does not match the expected cost of creating a ${what}.`,
  }),
  noKeys: () => ({
    code: 'no_client_keys',
    kind: 'caller',
    status: 400,
    message: 'The project has no key that may be shown to clients. Create a publishable key.',
  }),
  foreignBranch: () => ({
    code: 'foreign_branch',
    kind: 'caller',
    status: 400,
    message: 'This connection is for one project, and the branch is not one of its branches.',
  }),
  badFeatures: (names: readonly string[]) => ({
    code: 'bad_features',
    kind: 'caller',
    status: 400,
    message: `Unknown feature groups: ${names.join(', ')}`,
  }),
  badQuery: (problems: readonly string[]) => ({
    code: 'bad_query',
    kind: 'caller',
    status: 400,
    message: `Not a query of this schema: ${problems.join(' ')}`,
  }),
  badProject: () => ({
    code: 'bad_project',
    kind: 'caller',
    status: 400,
    message: 'project_ref: must be 20 lower-case letters',
  }),
  noTool: (name: string) => ({
    code: 'tool_not_found',
    kind: 'caller',
    status: 404,
    message: `There is no tool ${name} here.`,
  }),
})
