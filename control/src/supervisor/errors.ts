// What can go wrong between the control plane and its host.

import { defineErrors, type ErrorKind } from '@plinth/errors'

/** Refusals that say something about the project; any other is a fault of ours. */
const kinds: Readonly<Record<number, ErrorKind>> = { 409: 'caller', 503: 'project' }

export const errors = defineErrors('host', {
  refused: (status: number, reason: string) => ({
    code: 'host_refused',
    kind: kinds[status] ?? 'platform',
    status: status in kinds ? status : 500,
    message: `The project cannot be reached: ${reason}`,
  }),
  /** Of backups and restores the host knows more than we do: its words are the answer. */
  cannotRestore: (status: number, reason: string) => ({
    code: 'cannot_restore',
    kind: status < 500 ? 'caller' : 'project',
    status: [400, 404, 409].includes(status) ? status : 503,
    message: reason,
  }),
})
