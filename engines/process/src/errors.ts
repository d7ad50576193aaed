// Every error of this engine.

import { defineErrors } from '@plinth/errors'

export const processErrors = defineErrors('process', {
  cannotStart: (command: string, cause: Error) => ({
    code: 'process_cannot_start',
    kind: 'platform',
    status: 500,
    message: `${command} could not be started: ${cause.message}`,
    cause,
  }),
})
