// Start, watch and stop child processes; take over those that an earlier run left.

export { adopt, type Proof } from './adopt.ts'
export { type CgroupLimits, type Cgroups, openCgroups } from './cgroups.ts'
export { processErrors } from './errors.ts'
export { type CgroupTree, findCgroupTree } from './find-cgroup.ts'
export { giveBackAtRest } from './give-back.ts'
export { onParentDeath } from './parent-death.ts'
export { findProcess, isAlive, type ProcessFacts } from './process-facts.ts'
export type { ProcessExit, RunningProcess, StopOptions } from './running-process.ts'
export { type StartOptions, startProcess } from './start-process.ts'
export { trimLogs } from './trim-logs.ts'
