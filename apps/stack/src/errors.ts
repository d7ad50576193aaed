// Why a stack refuses an assignment, or cannot serve yet.

import { defineErrors } from '@plinth/errors'

export const stackErrors = defineErrors('stack', {
  badAssignment: (problems: readonly string[]) => ({
    code: 'bad_assignment',
    kind: 'platform',
    status: 400,
    message: `The assignment is not usable: ${problems.join('; ')}.`,
  }),
  wrongBranch: (own: string, asked: string) => ({
    code: 'wrong_branch',
    kind: 'platform',
    status: 409,
    message: `This stack serves ${own}, not ${asked}.`,
  }),
  notThatUser: (uid: number, gid: number) => ({
    code: 'not_that_user',
    kind: 'platform',
    status: 500,
    message: `This process could not become user ${uid}, group ${gid}.`,
  }),
  databaseNotReady: (seconds: number, cause: unknown) => ({
    code: 'database_not_ready',
    kind: 'project',
    status: 503,
    message: `The database did not answer within ${seconds} s.`,
    hint: 'It may still be starting. Try again in a moment.',
    cause,
  }),
})
