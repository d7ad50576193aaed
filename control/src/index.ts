// The control plane's public face: what an installation offers to its owners.

export { type FirstRun, firstRun } from './accounts/first-run.ts'
export { peopleDoor } from './accounts/people-door.ts'
export { type Control, type ControlDeps, makeControl } from './control.ts'
export { doorPaths } from './door-paths.ts'
export { managementDialect } from './frame/doors/rest.ts'
export { notOffered } from './frame/not-offered.ts'
export { describeOperations, jsonSchema } from './frame/openapi.ts'
export type { Operation } from './frame/operation.ts'
export type { ControlSettings } from './frame/settings.ts'
export { operations } from './operations.ts'
export { connectSupervisor, type Supervisor } from './supervisor/supervisor.ts'
