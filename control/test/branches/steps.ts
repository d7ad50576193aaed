// What tests of branches do again and again.

import { expect, vi } from 'vitest'
import type { TestControl } from '../test-control.ts'

const patience = { interval: 20 }

export const branchSteps = (t: TestControl) => {
  const sql = async (ref: string, query: string) => {
    const reply = await t.asOwner('POST', `/v1/projects/${ref}/database/query`, { query })
    expect(reply).toMatchObject({ status: 201 })
    return reply.body
  }
  const migrate = async (ref: string, name: string, query: string): Promise<string> => {
    const path = `/v1/projects/${ref}/database/migrations`
    expect(await t.asOwner('POST', path, { query, name })).toMatchObject({ status: 200 })
    return (await t.asOwner('GET', path)).body.at(-1).version
  }
  /** Another moment than that of what was done elsewhere in the same second. */
  const redate = (ref: string, name: string, version: string) =>
    sql(ref, `update supabase_migrations.schema_migrations set version = '${version}' where name = '${name}'`)
  const history = async (ref: string): Promise<readonly string[]> =>
    (await t.asOwner('GET', `/v1/projects/${ref}/database/migrations`)).body.map(
      ({ name }: { name: string }) => name,
    )
  const runs = async (ref: string) => (await t.asOwner('GET', `/v1/projects/${ref}/actions`)).body
  const logs = async (ref: string, id: string): Promise<string> =>
    (await t.asOwner('GET', `/v1/projects/${ref}/actions/${id}/logs`)).body

  /** Waits for the end of the newest run of the branch; answers its steps as one line. */
  const ended = async (ref: string): Promise<string> => {
    await vi.waitFor(async () => {
      const [run] = await runs(ref)
      const statuses = run.run_steps.map(({ status }: { status: string }) => status)
      const isOver = statuses.includes('DEAD') || statuses.every((status: string) => status === 'EXITED')
      expect({ isOver, statuses }).toMatchObject({ isOver: true })
    }, patience)
    const [run] = await runs(ref)
    return run.run_steps
      .map(({ name, status }: { name: string; status: string }) => `${name} ${status}`)
      .join()
  }
  const status = async (ref: string): Promise<string> =>
    (await t.asOwner('GET', `/v1/projects/${ref}/branches`)).body.find(
      (branch: { project_ref: string }) => branch.project_ref === ref,
    )?.status
  /** A run is over a moment before everything about it was written. */
  const untilBranch = (ref: string, wanted: string) =>
    vi.waitFor(async () => expect(await status(ref)).toBe(wanted), patience)

  const create = async (parent: string, body: object = {}) => {
    const reply = await t.asOwner('POST', `/v1/projects/${parent}/branches`, {
      branch_name: 'feature',
      ...body,
    })
    expect(reply).toMatchObject({ status: 201 })
    await ended(reply.body.project_ref)
    return reply.body as { readonly id: string; readonly project_ref: string; readonly name: string }
  }
  const move = async (id: string, what: 'merge' | 'push' | 'reset', body: object = {}) => {
    const reply = await t.asOwner('POST', `/v1/branches/${id}/${what}`, body)
    expect(reply).toMatchObject({ status: 201, body: { message: 'ok' } })
    return reply.body.workflow_run_id as string
  }
  return { sql, migrate, redate, history, runs, logs, ended, status, untilBranch, create, move }
}
