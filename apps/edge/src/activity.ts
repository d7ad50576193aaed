// Which branches have traffic, as the supervisor must know it before it lets one sleep: requests under way, open
// WebSockets and database sessions. Told in one small report every few seconds, and at once when a branch dozes.

import type { Route } from '@plinth/contracts'
import type { UnixClient } from '@plinth/http'

/** A branch's traffic. `touched`: something began since the last report. */
type Traffic = { open: number; touched: boolean }

export type Activity = {
  /** Something begins; the answer says that it is over, and may be called once. */
  readonly begin: (ref: string) => () => void
  /** To be told of every route: a branch that dozes wants to know now. */
  readonly see: (routes: readonly Route[]) => void
  readonly close: () => void
}

export type ActivityOptions = {
  readonly supervisor: Pick<UnixClient, 'request'>
  readonly everyMs?: number
}

export const makeActivity = ({ supervisor, everyMs = 2000 }: ActivityOptions): Activity => {
  const branches = new Map<string, Traffic>()

  const report = (refs: readonly string[]): void => {
    if (refs.length === 0) return
    // Not heard: it is told again while it goes on, and a new supervisor begins to count anew.
    supervisor.request('POST', '/activity', { refs }).catch(() => undefined)
  }

  /** Whether there was traffic since the last time this was asked. */
  const takeNews = (ref: string, traffic: Traffic): boolean => {
    const isNews = traffic.touched || traffic.open > 0
    traffic.touched = false
    if (traffic.open === 0) branches.delete(ref)
    return isNews
  }

  const reportAll = () =>
    report([...branches].flatMap(([ref, traffic]) => (takeNews(ref, traffic) ? ref : [])))
  const timer = setInterval(reportAll, everyMs)
  timer.unref()

  return {
    begin: (ref) => {
      const begun = branches.get(ref) ?? { open: 0, touched: true }
      if (begun.open === 0) branches.set(ref, begun)
      begun.open += 1
      begun.touched = true
      return () => {
        begun.open -= 1
        begun.touched = true
      }
    },
    see: (routes) => {
      const dozing = routes.filter(({ status }) => status === 'dozing')
      report(
        dozing.flatMap(({ ref }) => {
          const traffic = branches.get(ref)
          return traffic !== undefined && takeNews(ref, traffic) ? ref : []
        }),
      )
    },
    close: () => clearInterval(timer),
  }
}
