// A data directory's life: made from a template, started, adopted, stopped, measured.

export { findBackrest } from './backrest.ts'
export { type Archive, archivingGivenUp, archivingTo, type Owner, openArchive } from './backup/archive.ts'
export { type Backup, isUnchangedSince, listBackups, removeBackup } from './backup/backup-entry.ts'
export { type BackupEvent, type BackupStatus, backupStatus } from './backup/backup-status.ts'
export type { Progress } from './backup/copy-data-dir.ts'
export type { RunningSource } from './backup/copy-running.ts'
export { backupErrors } from './backup/errors.ts'
export { type RestorePoint, readLedger } from './backup/ledger.ts'
export { archivingOf, type LogState, logPressure, type TendOptions, tendLog } from './backup/log-pressure.ts'
export { planRestore, type RestoreTarget } from './backup/plan-restore.ts'
export { canRebuild, type RebuildOptions, rebuild } from './backup/rebuild.ts'
export { type ReceiveOptions, receiveBackup } from './backup/receive-backup.ts'
export { type RestoreOptions, restore } from './backup/restore.ts'
export { findRestore, forgetReplaced, type RestoreJournal } from './backup/restore-journal.ts'
export { type CreateRestorePointOptions, createRestorePoint } from './backup/restore-point.ts'
export { type RestoreEvent, type RestoreStatus, restoreStatus } from './backup/restore-status.ts'
export { isDayOver, planRetention, type Retention, retain, retentionNow } from './backup/retention.ts'
export { type TakeBackupOptions, takeBackup } from './backup/take-backup.ts'
export { readVerification, type Verification, writeVerification } from './backup/verification.ts'
export { checkBackup, type VerifyOptions, verifyBackup } from './backup/verify-backup.ts'
export { compactLog, keepFetched, keepWaiting } from './backup/wal-store.ts'
export { restorableWindow, type Window } from './backup/window.ts'
export { type CopyBranchOptions, copyBranch } from './branching/copy-branch.ts'
export { endOfLog, isAtRest, systemIdentifierOf } from './control-file.ts'
export { writeDurably } from './durable-file.ts'
export { clusterErrors } from './errors.ts'
export { foundation, type UpdateOptions, updateCluster } from './foundation.ts'
export { adoptPooler, findPooler, type PoolerOptions, reloadPooler, startPooler } from './pooler.ts'
export { repairLogins } from './repair-logins.ts'
export { type FindRuntimeOptions, findRuntime, type Runtime } from './runtime.ts'
export { nextRun, nextRunOf } from './scheduled/next-run.ts'
export { readWork, type Work, type WorkSource } from './scheduled/read-work.ts'
export { makeSecrets, type Secrets, type SetSecretsOptions, setSecrets } from './secrets.ts'
export {
  adoptCluster,
  type Cluster,
  type StartClusterOptions,
  type StopMode,
  startCluster,
} from './server.ts'
export { makeSettings, readSettings, type Settings, type SettingsOptions } from './settings.ts'
export { socketIn } from './socket-path.ts'
export {
  createSystemCluster,
  makeSystemSecrets,
  type SystemClusterOptions,
  systemAddress,
  systemSource,
} from './system-cluster.ts'
export { newSystemIdentifier } from './system-identifier.ts'
export { openTemplates, type Target, type Templates, type TemplatesOptions } from './templates.ts'
export { sizeOfTree } from './tree.ts'
export { writeVaultKey } from './vault-key.ts'
