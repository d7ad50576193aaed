// Tells the address that a branch names how a run ended, signed the way of Standard Webhooks, a few times if need be.

import { createHmac } from 'node:crypto'
import type { Platform, Worker } from '../../frame/call.ts'
import type { DueNotice } from '../run-queries.ts'
import { listDueNotices, setNotice } from '../run-queries.ts'

const most = 6

/** What a branch's notices are signed with: `whsec_` and base64, as receivers' libraries take it. */
export const noticeSecret = ({ key }: Pick<Platform, 'key'>, ref: string): string =>
  `whsec_${createHmac('sha256', key).update(`notice ${ref}`).digest('base64')}`

const sign = (secret: string, content: string): string =>
  `v1,${createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
    .update(content)
    .digest('base64')}`

/** Where the Management API answers, as projects' addresses say it. */
const detailsUrl = ({ settings }: Platform, run: DueNotice): string => {
  const port = settings.port === 80 ? '' : `:${settings.port}`
  return `http://${settings.domain}${port}/v1/projects/${run.branch_ref}/actions/${run.id}`
}

const describe = (platform: Platform, run: DueNotice) => ({
  type: 'run.completed',
  timestamp: new Date().toISOString(),
  data: {
    project_ref: run.branch_ref,
    details_url: detailsUrl(platform, run),
    action_run: {
      id: run.id,
      created_at: run.created_at,
      steps: run.steps.map(({ name, status, updated_at }) => ({
        name,
        status: status.toLowerCase(),
        updated_at,
      })),
      ...(run.failure !== null && { failure: run.failure }),
    },
  },
})

const send = async (platform: Platform, run: DueNotice, url: string): Promise<void> => {
  const body = JSON.stringify(describe(platform, run))
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = sign(noticeSecret(platform, run.branch_ref), `${run.id}.${timestamp}.${body}`)
  const headers = {
    'content-type': 'application/json',
    'webhook-id': run.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  }
  const { status } = await platform.outbound({ method: 'POST', url, headers, body })
  if (status < 200 || status > 299) throw new Error(`It answered ${status}.`)
}

/** 10 s, 20 s, 40 s … between the attempts. */
const pauseOf = (attempts: number): number => 10 * 2 ** attempts

export const sendNotices = async (worker: Worker): Promise<void> => {
  for (const run of await listDueNotices(worker.db)) {
    const { id, notice_attempts: attempts, notify_url: url } = run
    try {
      if (url !== null) await send(worker, run, url)
      await setNotice(worker.db, id, { notice: 'sent', waitSeconds: 0 })
    } catch (error) {
      if (worker.signal.aborted) return
      const notice = attempts + 1 < most ? 'due' : 'given_up'
      worker.observe({
        level: 'info',
        event: 'run.notice_failed',
        ref: run.branch_ref,
        fields: { run: id, notice },
        error,
      })
      await setNotice(worker.db, id, { notice, waitSeconds: pauseOf(attempts) })
    }
  }
}
