// A data directory's life: made from a template, started, adopted, stopped, measured.

export { clusterErrors } from './errors.ts'
export { foundation, type UpdateOptions, updateCluster } from './foundation.ts'
export { type Probe, probe, socketIn } from './probe.ts'
export { type FindRuntimeOptions, findRuntime, type Runtime } from './runtime.ts'
export { makeSecrets, type Secrets, type SetSecretsOptions, setSecrets } from './secrets.ts'
export {
  adoptCluster,
  type Cluster,
  type StartClusterOptions,
  type StopMode,
  startCluster,
} from './server.ts'
export { makeSettings, type Settings, type SettingsOptions } from './settings.ts'
export { createSystemCluster, type SystemClusterOptions, systemAddress } from './system-cluster.ts'
export { newSystemIdentifier } from './system-identifier.ts'
export { openTemplates, type Target, type Templates, type TemplatesOptions } from './templates.ts'
export { sizeOfTree } from './tree.ts'
