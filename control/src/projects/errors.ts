// What can be wrong with a request about a project.

import { defineErrors } from '@plinth/errors'

const bad = (code: string, message: string) => ({ code, kind: 'caller' as const, status: 400, message })

export const errors = defineErrors('projects', {
  regionMissing: () => bad('region_missing', 'One of region and region_selection must be given'),
  engineUnavailable: (engine: string) =>
    bad('engine_unavailable', `postgres_engine: ${engine} is not offered here; leave it out or send 17`),
  templateUnavailable: () =>
    bad('template_unavailable', 'template_url: projects are not made from templates here'),
  highAvailabilityUnavailable: () =>
    bad('high_availability_unavailable', 'high_availability: one machine carries this installation'),
  noPort: (first: number, last: number) => ({
    code: 'no_free_port',
    kind: 'platform',
    status: 503,
    message: `All loopback ports from ${first} to ${last} are taken. Widen PLINTH_PROJECT_PORTS or delete a project.`,
  }),
  notKept: (ref: string) => ({
    code: 'project_not_kept',
    kind: 'caller',
    status: 404,
    message: `Nothing is kept of a deleted project ${ref}.`,
    hint: 'GET /deleted lists what is.',
  }),
  conflict: (status: string, wish: string) => ({
    code: 'project_busy',
    kind: 'caller',
    status: 409,
    message: `The project is ${status}; it cannot ${wish} now.`,
  }),
})
