// Sends the same request over and over on kept-alive connections and counts.

import autocannon from 'autocannon'
import { cpuMicros } from './process-use.ts'

export type Target = {
  /** Either a unix socket or a full address. */
  readonly socketPath?: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Processes whose processor time is charged to the requests. */
  readonly pids: readonly number[]
}

export type Load = {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly cpuMicros: number
  readonly failed: number
}

const used = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + cpuMicros(pid), 0)

const send = (target: Target, connections: number, seconds: number) =>
  autocannon({
    url: target.url,
    ...(target.socketPath === undefined ? {} : { socketPath: target.socketPath }),
    headers: { ...target.headers },
    connections,
    duration: seconds,
  })

export const load = async (target: Target, connections: number, seconds: number): Promise<Load> => {
  await send(target, connections, 1)
  const before = used(target.pids)
  const result = await send(target, connections, seconds)
  const requests = result.requests.total
  return {
    perSecond: requests / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    cpuMicros: (used(target.pids) - before) / requests,
    failed: result.non2xx + result.errors,
  }
}
