// What can go wrong between the control plane and its host.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('host', {
  refused: (status: number, reason: string) => ({
    code: 'host_refused',
    kind: status === 503 ? 'project' : 'platform',
    status: status === 409 || status === 503 ? status : 500,
    message: `The project cannot be reached: ${reason}`,
  }),
})
