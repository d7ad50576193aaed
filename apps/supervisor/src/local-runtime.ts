// Carries out a branch's orders on this host, with one Postgres and one stack process.

import { setTimeout as delay } from 'node:timers/promises'
import { isAtRest } from '@plinth/cluster'
import type { ProjectRef, StackPlace, StackSpec } from '@plinth/contracts'
import { BranchBackups } from './branch-backups.ts'
import { makeNotes } from './branch-notes.ts'
import { BranchPooler } from './branch-pooler.ts'
import { BranchPostgres } from './branch-postgres.ts'
import type { BranchRuntime, StartWatch } from './branch-runtime.ts'
import { BranchStack } from './branch-stack.ts'
import { type BranchWork, makeWork } from './branch-work.ts'
import { untilCopyable } from './copy-source.ts'
import { errors } from './errors.ts'
import type { Host } from './host.ts'
import { limitsOf } from './limits.ts'
import { killAllOfUser } from './orphans.ts'
import { ranks, type Turn } from './start-gate.ts'

type Parts = {
  readonly ref: ProjectRef
  readonly host: Host
  readonly postgres: BranchPostgres
  readonly stack: BranchStack
  readonly backups: BranchBackups
  readonly pooler: BranchPooler
  readonly work: BranchWork
  /** Postgres did not start the last time: the next time the stack waits, so as not to waste a spare on each try. */
  hasFailed: boolean
  /** The server has its passwords and schemas and takes clients. */
  isDatabaseUp: boolean
  /** Starts that wait for their turn. */
  turnsAhead: number
}

/** A place of the branch, with its folders, its user and its share of the machine made ready. */
const prepare = async ({ ref, host }: Parts, spec: StackSpec): Promise<StackPlace> => {
  const uid = await host.uids.ensure(ref)
  await host.places.prepare(ref, uid)
  await host.cgroups.limit(ref, limitsOf(spec))
  return host.places.placeOf(ref, uid)
}

/** Starting a stack process, in databases. */
const STACK_WEIGHT = 3

const inTurn = async <T>(parts: Parts, start: () => Promise<T>, turn?: Turn): Promise<T> => {
  parts.turnsAhead += 1
  return parts.host.gate.pass(start, turn, () => {
    parts.turnsAhead -= 1
  })
}

/** Each in its turn. The stack loads while Postgres starts when somebody waits for it; else it comes afterwards. */
const startInTurn = async (parts: Parts, spec: StackSpec, watch: StartWatch): Promise<void> => {
  const { host, postgres, stack } = parts
  const { gate, spares } = host
  const place = await prepare(parts, spec)
  const startDatabase = () =>
    inTurn(parts, () => postgres.start(spec, place.uid), {
      rank: () => (watch.isApiWanted() ? ranks.project : ranks.database),
    })
  // A stack must not serve a database of an older version before that was brought up to date.
  if (parts.hasFailed || (await postgres.isOutdated())) await startDatabase()
  const hopeless = new AbortController()
  const database = startDatabase()
  const startApi = () =>
    inTurn(parts, () => stack.start(spec, place, hopeless.signal), {
      rank: () => (watch.isApiWanted() ? ranks.project : ranks.later),
      weight: () => (spares.isThere ? 1 : STACK_WEIGHT),
    })
  const api = watch.isApiWanted() ? startApi() : database.then(startApi)
  database.then(
    () => {
      parts.isDatabaseUp = true
      watch.onDatabase()
    },
    () => hopeless.abort(),
  )
  const [first, second] = await Promise.allSettled([database, api])
  // Those who wait go before whoever comes later.
  if (!gate.isCrowded()) spares.refill()
  parts.hasFailed = first.status === 'rejected'
  if (first.status === 'rejected' || second.status === 'rejected') postgres.doubt()
  if (first.status === 'rejected') throw first.reason
  if (second.status === 'rejected') throw second.reason
  if (!postgres.isRunning || !stack.isRunning) throw errors.endedWhileStarting()
}

/** How long the edge may take to hear of a change. */
const HEARD_AFTER_MS = 20

const stopBoth = async (parts: Parts): Promise<void> => {
  const { ref, host, postgres, stack, pooler, work } = parts
  parts.isDatabaseUp = false
  // The edge has been told; what it sends until it heard still finds somebody.
  if (stack.isAlive) await delay(HEARD_AFTER_MS)
  await pooler.stop()
  await stack.stop()
  await work.remember()
  await postgres.stop()
  await host.cgroups.remove(ref)
}

/** The spec goes last but for the user: while it is there, a removal that was interrupted is taken up again. */
const removeAll = async (parts: Parts): Promise<void> => {
  const { ref, host, backups } = parts
  backups.close()
  await stopBoth(parts)
  const uid = host.uids.find(ref)
  if (uid !== undefined) await killAllOfUser(uid)
  await host.deleted.keep(ref, host.places.foldersOf(ref).home)
  await host.places.remove(ref)
  await host.specs.remove(ref)
  // What is kept goes on to belong to its user, and to nobody else.
  if ((await host.deleted.homeOf(ref)) === undefined) await host.uids.release(ref)
  host.databases.delete(ref)
}

const makeParts = (ref: ProjectRef, host: Host, onCrash: (what: string) => void): Parts => {
  const folders = host.places.foldersOf(ref)
  const notes = makeNotes(folders.home, host.key)
  const postgres = new BranchPostgres(ref, host, notes, {
    onCrash: () => onCrash('Postgres'),
    onUpgrade: (from) => backups.markUpgrade(from),
  })
  const backups: BranchBackups = new BranchBackups(ref, host, postgres)
  return {
    ref,
    host,
    postgres,
    backups,
    stack: new BranchStack(host.spares, notes, folders.logs, {
      onCrash: () => onCrash('The API process'),
      onStart: (pid) => host.cgroups.put(ref, pid),
    }),
    pooler: new BranchPooler(ref, host),
    work: makeWork(ref, host, postgres),
    hasFailed: false,
    isDatabaseUp: false,
    turnsAhead: 0,
  }
}

export const localRuntime = (ref: ProjectRef, host: Host, onCrash: (what: string) => void): BranchRuntime => {
  const parts = makeParts(ref, host, onCrash)
  const { postgres, backups, stack, pooler, work } = parts
  const { notes } = postgres
  host.databases.set(ref, backups)

  return {
    readEdition: async () => (await notes.readDatabase())?.edition,
    isUp: () => postgres.isAlive && stack.isAlive,
    isDatabaseUp: () => parts.isDatabaseUp && postgres.isAlive,
    isInLine: () => parts.turnsAhead > 0,
    adopt: async () => {
      const { adminSocket } = host.places.placeOf(ref, undefined)
      await backups.open()
      const [found, serves] = await Promise.all([postgres.adopt(), stack.adopt(adminSocket)])
      await pooler.adopt()
      if (!found) await pooler.stop()
      const serving = found && serves
      const isLeft = found || serves || !(await isAtRest(postgres.dataDir))
      return { found: isLeft, serving, specVersion: stack.version }
    },
    provision: async (spec, onDatabase) => {
      // Before our turn: the source may need one itself.
      if (spec.source) await untilCopyable(host, spec.source.ref)
      await inTurn(parts, async () => {
        const place = await prepare(parts, spec)
        await stack.kill()
        await host.deleted.forget(ref)
        if (await postgres.isLost()) await postgres.remake(spec)
        else if (spec.source) await postgres.makeFrom(spec.source.ref, spec, place.uid)
        else await postgres.make(place.uid)
      })
      // All of a new branch is wanted.
      await startInTurn(parts, spec, { onDatabase, isApiWanted: () => true })
    },
    start: (spec, watch) => startInTurn(parts, spec, watch),
    apply: async (spec) => {
      await postgres.complete(spec)
      await pooler.apply(spec)
      await stack.update(spec, await prepare(parts, spec))
    },
    openPooler: async (spec) => {
      await pooler.ensure(spec, host.uids.find(ref))
      if (postgres.isAlive) return
      // The branch was stopped meanwhile, and nothing of it may stay.
      await pooler.stop()
      throw errors.endedWhileStarting()
    },
    isBusy: work.isBusy,
    nextRun: work.nextRun,
    isRestoreDue: () => backups.isRestoreDue,
    restore: async (spec) => {
      await prepare(parts, spec)
      await stopBoth(parts)
      return backups.restore(spec)
    },
    stop: () => stopBoth(parts),
    remove: () => removeAll(parts),
  }
}
