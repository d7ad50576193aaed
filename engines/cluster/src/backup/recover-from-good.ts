// A recovery that passes over damaged backups: the one before, with more of the log, leads to the same point.

import { isPlinthError } from '@plinth/errors'
import { removeTree } from '../tree.ts'
import { type Backup, listBackups } from './backup-entry.ts'
import { type Ledger, readLedger } from './ledger.ts'
import type { RestorePlan } from './plan-restore.ts'
import { type RecoverOptions, recover } from './recover.ts'
import type { Timeline } from './timelines.ts'
import { writeVerification } from './verification.ts'

type PlanFrom = (known: {
  readonly ledger: Ledger
  readonly backups: readonly Backup[]
  readonly now: Date
}) => RestorePlan | Promise<RestorePlan>

/** Plans and recovers until a backup is good; that one was found to be damaged stands with it from then on. */
export const recoverFromGood = async (
  options: Omit<RecoverOptions, 'archiveTo' | 'ledger' | 'plan'>,
  planFrom: PlanFrom,
): Promise<Timeline> => {
  const { archive, dataDir } = options
  const [ledger, all] = await Promise.all([readLedger(archive), listBackups(archive)])
  const now = new Date()
  const attempt = async (backups: readonly Backup[]): Promise<Timeline> => {
    const plan = await planFrom({ ledger, backups, now })
    try {
      return await recover({ ...options, ledger, plan })
    } catch (error) {
      if (!isPlinthError(error) || error.code !== 'backup_damaged') throw error
      await removeTree(dataDir)
      const { id } = plan.backup
      await writeVerification(archive, id, { at: now.toISOString(), isGood: false, reason: error.message })
      return attempt(backups.filter((backup) => backup !== plan.backup)).catch((next) => {
        // Where no other leads there, the damage is what stands in the way.
        throw isPlinthError(next) && next.kind === 'caller' ? error : next
      })
    }
  }
  return attempt(all)
}
