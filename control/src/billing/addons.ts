// Add-ons of a project. A new size is recorded and stands in the spec; what runs takes its server's settings with a
// restart, and its share of the machine at once.

import { computeSizeOf } from '@plinth/contracts'
import { z } from 'zod'
import type { Call } from '../frame/call.ts'
import { errors as frameErrors } from '../frame/errors.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { withRestartIfUp } from '../projects/move-project.ts'
import { getProject, setSize } from '../projects/queries.ts'
import { changeProject } from '../projects/spec.ts'
import { Addons, AddonType, showAddons } from './addons-reply.ts'
import { paidSizes } from './sizes.ts'

const path = '/v1/projects/:ref/billing/addons'
const tag = 'Billing'

export const listAddons = operation({
  name: 'billing.addons-list',
  about: 'Lists the add-ons of a project and those it could have.',
  rest: { method: 'GET', path, status: 200, id: 'v1-list-project-addons', tag },
  scope: onProject('infra_add_ons_read'),
  input: z.object(byRef),
  output: Addons,
  run: async ({ db, supervisor }, { ref }) => {
    const [{ size }, { whyNoLimits }] = await Promise.all([getProject(db, ref), supervisor.abilities()])
    return showAddons(size, whyNoLimits)
  },
})

const resize = (call: Call, ref: string, size: string): Promise<void> =>
  changeProject(call, ref, 'be resized', async ({ db, project, spec }) => {
    if (project.size === size) return { result: undefined }
    await setSize(db, ref, size)
    const limits = { ...spec.limits, maxConnections: computeSizeOf(size).directClients }
    const resized = { ...spec, size, limits }
    return { result: undefined, spec: await withRestartIfUp(db, project, resized, 'resize') }
  })

const sizeOf = (variant: string): string | undefined => paidSizes.find((size) => variant === `ci_${size}`)

/** What clients know and this installation does not have. */
const missing: Readonly<Record<string, string>> = {
  pitr: 'every project has recovery to a point in time; how far back is the operator’s to say',
  auth_mfa_phone: 'every project has second factors by phone; switch them on in config/auth',
  auth_mfa_web_authn: 'every project has second factors by security key; switch them on in config/auth',
  log_drain: 'forwarding logs is not built yet',
  etl_pipeline: 'pipelines are not offered',
}

/** What every project has anyway. */
const part: Readonly<Record<string, string>> = { ipv4: 'ipv4_default', custom_domain: 'cd_default' }

const Variant = z.string().regex(/^(ci|cd|pitr|ipv4)_[a-z0-9_]+$/, 'is not an add-on')

export const applyAddon = operation({
  name: 'billing.addons-apply',
  about: 'Gives a project another size. The database restarts with it.',
  rest: { method: 'PATCH', path, status: 200, id: 'v1-apply-project-addon', tag },
  scope: onProject('infra_add_ons_write'),
  input: z.object({ ...byRef, addon_variant: Variant, addon_type: AddonType }),
  output: nothing,
  run: async (call, { ref, addon_type, addon_variant }) => {
    const why = missing[addon_type]
    if (why !== undefined) throw frameErrors.invalid([`addon_type: ${addon_type} cannot be had: ${why}`])
    const size = sizeOf(addon_variant)
    if (addon_type === 'compute_instance' && size !== undefined) return resize(call, ref, size)
    if (part[addon_type] === addon_variant) return
    throw frameErrors.invalid([`addon_variant: ${addon_variant} is no variant of ${addon_type}`])
  },
})

export const removeAddon = operation({
  name: 'billing.addons-remove',
  about: 'Takes an add-on away; without a size the project is nano again.',
  rest: { method: 'DELETE', path: `${path}/:addon_variant`, status: 200, id: 'v1-remove-project-addon', tag },
  scope: onProject('infra_add_ons_write'),
  input: z.object({ ...byRef, addon_variant: Variant }),
  output: nothing,
  run: async (call, { ref, addon_variant }) => {
    const { size } = await getProject(call.db, ref)
    if (addon_variant !== `ci_${size}`)
      throw frameErrors.invalid([`addon_variant: the project does not have ${addon_variant}`])
    await resize(call, ref, 'nano')
  },
})
