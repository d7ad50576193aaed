// Rows of the access table: branches and their runs.

import { expect, vi } from 'vitest'
import type { TestControl } from '../test-control.ts'
import { admins, all, type Request, type Row, writers } from './row.ts'

type Made = { readonly id: string; readonly ref: string; readonly parent: string }

export const branchRows = (t: TestControl): readonly Row[] => {
  let migrated: Promise<unknown> | undefined
  const make = async (): Promise<Made> => {
    const parent = await t.createProject()
    // All projects of these tests share a database. With a migration there, branches begin without a comparison of
    // whole schemas, which costs more than everything else about them.
    const migrations = `/v1/projects/${parent}/database/migrations`
    migrated ??= t.asOwner('POST', migrations, { query: 'select 1' })
    expect(await migrated).toMatchObject({ status: 200 })
    const { body } = await t.asOwner('POST', `/v1/projects/${parent}/branches`, { branch_name: 'feature' })
    const made = { id: body.id, ref: body.project_ref, parent }
    await t.usePasswordsOfTests(made.ref)
    // Nothing else can be asked of it before its first run has ended, however that went.
    await vi.waitFor(async () => {
      const [run] = (await t.asOwner('GET', `/v1/projects/${made.ref}/actions`)).body
      const statuses: readonly string[] = run.run_steps.map(({ status }: { status: string }) => status)
      expect(statuses.includes('DEAD') || statuses.at(-1) === 'EXITED').toBe(true)
    })
    return made
  }
  let shared: Promise<Made> | undefined
  const common =
    (path: (made: Made) => string, body?: unknown): Row['make'] =>
    async () => {
      shared ??= make()
      return { path: path(await shared), body }
    }
  const fresh =
    (path: (made: Made) => string, body?: unknown): Row['make'] =>
    async () => ({ path: path(await make()), body })
  const plain =
    (tail: string, body: unknown, version = 'v1'): Row['make'] =>
    async () => ({ path: `/${version}/projects/${await t.createProject()}${tail}`, body })
  const onRun =
    (tail: string, body?: unknown): Row['make'] =>
    async (): Promise<Request> => {
      shared ??= make()
      const { ref } = await shared
      const [run] = (await t.asOwner('GET', `/v1/projects/${ref}/actions`)).body
      return { path: `/v1/projects/${ref}/actions/${run.id}${tail}`, body }
    }
  const scheduled = async (): Promise<Request> => {
    const { id } = await make()
    await t.asOwner('DELETE', `/v1/branches/${id}?force=false`)
    return { path: `/v1/branches/${id}/restore` }
  }
  const branch =
    (tail = '') =>
    ({ id }: Made) =>
      `/v1/branches/${id}${tail}`
  const project =
    (tail: string) =>
    ({ parent }: Made) =>
      `/v1/projects/${parent}${tail}`
  return [
    { id: 'v1-create-a-branch', make: plain('/branches', { branch_name: 'feature' }), ...writers(201) },
    {
      id: 'v2CreateABranch',
      make: plain('/branches', { data: { type: 'branch', attributes: { name: 'feature' } } }, 'v2'),
      ...writers(200),
    },
    { id: 'v1-list-all-branches', make: common(project('/branches')), ...all(200) },
    { id: 'v1-get-a-branch', make: common(project('/branches/feature')), ...all(200) },
    { id: 'v1-get-a-branch-config', make: common(branch()), ...all(200) },
    {
      id: 'v1-update-a-branch-config',
      make: common(branch(), { git_branch: 'main' }),
      ...writers(200),
    },
    {
      id: 'v1-diff-a-branch',
      make: common(branch('/diff?included_schemas=public')),
      ...writers(200),
      isFile: true,
    },
    { id: 'v1-push-a-branch', make: fresh(branch('/push'), {}), ...writers(201) },
    { id: 'v1-merge-a-branch', make: fresh(branch('/merge'), {}), ...writers(201) },
    { id: 'v1-reset-a-branch', make: fresh(branch('/reset'), {}), ...writers(201) },
    { id: 'v1-delete-a-branch', make: fresh(branch()), ...writers(200) },
    { id: 'v1-restore-a-branch', make: scheduled, ...writers(200) },
    { id: 'v1-disable-preview-branching', make: fresh(project('/branches')), ...admins(200) },
    { id: 'v1-count-action-runs', make: common(project('/actions')), ...all(200), isFile: true },
    { id: 'v1-list-action-runs', make: common(project('/actions')), ...all(200) },
    { id: 'v1-get-action-run', make: onRun(''), ...all(200) },
    { id: 'v1-get-action-run-logs', make: onRun('/logs'), ...all(200), isFile: true },
    { id: 'v1-update-action-run-status', make: onRun('/status', { seed: 'EXITED' }), ...writers(200) },
  ]
}
