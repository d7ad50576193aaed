// Every answer the edge gives in its own name.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('edge', {
  unknownHost: (host: string) => ({
    code: 'host_not_found',
    kind: 'caller',
    status: 404,
    message: `No project answers at ${host}.`,
    hint: 'Check the project reference in the address.',
  }),
  noChallenge: () => ({
    code: 'challenge_not_found',
    kind: 'caller',
    status: 404,
    message: 'No certificate is being ordered with this token for this name.',
  }),
  badTarget: () => ({
    code: 'bad_request_target',
    kind: 'caller',
    status: 400,
    message: 'The request names no path. Send a path that begins with a slash.',
  }),
  platformDown: () => ({
    code: 'control_plane_unavailable',
    kind: 'platform',
    status: 503,
    message: 'The Management API is starting or out of service. Try again in a moment.',
  }),
  noAnswer: () => ({
    code: 'no_answer',
    kind: 'platform',
    status: 502,
    message:
      'The project took the request but broke off before it answered. It may or may not have been carried out.',
  }),
  notServing: (ref: string) => ({
    code: 'project_unavailable',
    kind: 'platform',
    status: 503,
    message: `Project ${ref} is not answering. Try again in a moment.`,
  }),
  wakeTooLong: (ref: string, seconds: number) => ({
    code: 'wake_timeout',
    kind: 'platform',
    status: 503,
    message: `Project ${ref} did not start within ${seconds} seconds. Try again in a moment.`,
  }),
  /** In the words of the supervisor. */
  cannotWake: (code: string, message: string) => ({
    code,
    kind: 'project',
    status: 503,
    message,
  }),
})
