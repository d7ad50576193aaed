// What can be wrong with a wish about a branch.

import { defineErrors } from '@plinth/errors'

const caller = (status: number, code: string, message: string) => ({
  code,
  kind: 'caller' as const,
  status,
  message,
})

export const errors = defineErrors('branches', {
  notFound: () => caller(404, 'branch_not_found', 'Branch not found'),
  badAddress: () =>
    caller(
      400,
      'validation_failed',
      'branch_id_or_ref: must be the id of a branch or the ref of its project',
    ),
  disabled: () => caller(422, 'branching_disabled', 'Preview branching is not enabled for this project.'),
  nameTaken: (name: string) => caller(409, 'branch_exists', `There is a branch ${name} already.`),
  ofBranch: () =>
    caller(422, 'branch_of_branch', 'A branch has no branches of its own: make them of the main project.'),
  defaultExists: () => caller(409, 'default_branch_exists', 'The project has a default branch already.'),
  onDefault: (what: string) =>
    caller(
      422,
      'default_branch',
      `The default branch is the project itself; it cannot be ${what}. Choose another branch.`,
    ),
  deleteDefault: () =>
    caller(422, 'default_branch', 'Cannot delete the default branch. Delete all other branches first.'),
  deletePersistent: () =>
    caller(
      422,
      'branch_persistent',
      'Cannot delete a persistent branch. Set persistent to false first, then delete it.',
    ),
  busy: (kind: string) =>
    caller(409, 'branch_busy', `A ${kind} of this branch is going on; wait for its end, then ask again.`),
  merging: () => caller(409, 'branch_busy', 'The branch is being merged; wait for its end, then delete it.'),
  notScheduled: () =>
    caller(422, 'not_scheduled', 'The branch is not going to be deleted; there is nothing to restore.'),
  leaving: () => caller(409, 'branch_leaving', 'The branch is going to be deleted; restore it first.'),
  unknownVersion: (version: string) =>
    caller(422, 'unknown_version', `migration_version: there is no migration ${version}`),
  runNotFound: () => caller(404, 'run_not_found', 'Action run not found'),
  runGoing: () =>
    caller(409, 'run_busy', 'The run is going on and writes its steps itself; wait for its end.'),
  notUp: (reason: string) => ({
    code: 'branch_not_up',
    kind: 'project',
    status: 503,
    message: `The database could not be made: ${reason}`,
  }),
  gone: () => caller(409, 'branch_gone', 'The branch was deleted meanwhile.'),
  conflict: (versions: string) =>
    caller(
      409,
      'history_conflict',
      `Both sides have these migrations, with different statements: ${versions}. Nothing was changed. Give that of the branch another version (update supabase_migrations.schema_migrations), then try again.`,
    ),
  migrationFailed: (version: string, name: string | null | undefined, reason: string) =>
    caller(
      400,
      'migration_failed',
      `Migration ${version}${name ? ` ${name}` : ''} failed and was rolled back; those before it stay. Correct it on the branch and try again. ${reason}`,
    ),
})
