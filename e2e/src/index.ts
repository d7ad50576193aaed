// A whole installation for tests and measurements.

export { freePorts } from './free-ports.ts'
export { type Installation, startInstallation } from './installation.ts'
export { createProject, type Manage, makeManage, type Project, query } from './manage.ts'
export { type FoundProcess, processesOf } from './processes.ts'
export { readSecrets } from './read-secrets.ts'
export { until } from './until.ts'
