// One round of load: what the sender counted, and what the measured processes used meanwhile.

import { fork } from 'node:child_process'
import { join } from 'node:path'
import { answerOf } from './answer-of.ts'
import { cpuMicros } from './process-use.ts'
import type { Door, SendReport } from './sender/job.ts'

export type Request = {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export type Target = {
  readonly door: Door
  /** Processes whose processor time is charged to the requests, by what they are. */
  readonly processes: Readonly<Record<string, readonly number[]>>
}

export type Amount = { readonly connections: number; readonly seconds: number; readonly atLeast?: number }

export type Round = SendReport & {
  readonly perSecond: number
  /** Microseconds of processor time per request, of each kind of process. */
  readonly micros: Readonly<Record<string, number>>
}

export type Sender = {
  readonly send: (target: Target, request: Request, amount: Amount) => Promise<Round>
  readonly close: () => void
}

const wireForm = ({ method, path, headers, body }: Request): string => {
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  const all = { host: 'localhost', ...headers, ...length }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`
}

type Used = ReadonlyMap<number, number>

const usedBy = ({ processes }: Target): Used =>
  new Map(
    Object.values(processes)
      .flat()
      .map((pid) => [pid, cpuMicros(pid)]),
  )

/** A process that ended meanwhile counts as one that did nothing. */
const usedSince = (pids: readonly number[], before: Used, after: Used): number =>
  pids.reduce((sum, pid) => sum + Math.max(0, (after.get(pid) ?? 0) - (before.get(pid) ?? 0)), 0)

/** The sender is a process of its own; it serves one round after the other. */
export const startSender = (): Sender => {
  const child = fork(join(import.meta.dirname, 'sender/main.ts'))
  return {
    send: async (target, request, { connections, seconds, atLeast = 0 }) => {
      const before = usedBy(target)
      const job = { door: target.door, request: wireForm(request), connections, seconds, atLeast }
      child.send(job)
      const report = await answerOf<SendReport>(child)
      const after = usedBy(target)
      const micros = Object.entries(target.processes).map(([kind, pids]) => {
        return [kind, usedSince(pids, before, after) / report.answered] as const
      })
      return { ...report, perSecond: report.answered / report.seconds, micros: Object.fromEntries(micros) }
    },
    close: () => child.kill(),
  }
}
