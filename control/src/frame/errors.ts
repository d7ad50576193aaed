// Errors that every operation can end with before it runs.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('management', {
  unauthorized: () => ({ code: 'unauthorized', kind: 'caller', status: 401, message: 'Unauthorized' }),
  forbidden: (missing: readonly string[]) => ({
    code: 'forbidden',
    kind: 'caller',
    status: 403,
    message: 'Your account does not have the necessary privileges to access this endpoint.',
    details: { missing_permissions: missing },
  }),
  limitedToken: () => ({
    code: 'forbidden',
    kind: 'caller',
    status: 403,
    message: 'This endpoint does not take tokens that are limited: use a classic personal access token.',
  }),
  badCursor: () => ({
    code: 'pagination_cursor_invalid',
    kind: 'caller',
    status: 400,
    message: 'The cursor is not one of ours',
  }),
  organizationNotFound: () => ({
    code: 'organization_not_found',
    kind: 'caller',
    status: 404,
    message: 'Organization not found',
  }),
  projectNotFound: () => ({
    code: 'project_not_found',
    kind: 'caller',
    status: 404,
    message: 'Project not found',
  }),
  projectRemoved: () => ({
    code: 'project_removed',
    kind: 'caller',
    status: 400,
    message: 'Resource has been removed',
  }),
  invalid: (problems: readonly string[]) => ({
    code: 'validation_failed',
    kind: 'caller',
    status: 400,
    message: problems.join('; '),
    // One problem is a string, several are a list: clients that match on text see the common case plainly.
    ...(problems.length > 1 && { details: { message: problems } }),
  }),
  tooManyRequests: () => ({
    code: 'rate_limit_exceeded',
    kind: 'limit',
    status: 429,
    message: 'ThrottlerException: Too Many Requests',
  }),
})
