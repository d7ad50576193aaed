// Single sign-on by SAML: the project's identity providers, kept by its auth service.

import { z } from 'zod'
import type { Call } from '../frame/call.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { getSpec } from '../projects/spec.ts'
import { askAuth } from './ask-auth.ts'
import { errors } from './errors.ts'

const path = '/v1/projects/:ref/config/auth/sso/providers'
const tag = 'Auth'
const inside = '/admin/sso/providers'

const NameIdFormat = z.enum([
  'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
])
const Rule = z.object({
  name: z.string().optional(),
  names: z.array(z.string()).optional(),
  array: z.boolean().optional(),
  default: z.unknown().optional(),
})
const edit = {
  metadata_xml: z.string().optional(),
  metadata_url: z.string().optional(),
  domains: z.array(z.string()).optional(),
  attribute_mapping: z.object({ keys: z.record(z.string(), Rule) }).optional(),
  name_id_format: NameIdFormat.optional(),
}
const Provider = z.object({
  id: z.string(),
  saml: z
    .object({
      entity_id: z.string(),
      metadata_url: z.string().optional(),
      metadata_xml: z.string().optional(),
      attribute_mapping: z.object({ keys: z.record(z.string(), Rule).optional() }).optional(),
      name_id_format: z.string().optional(),
    })
    .optional(),
  domains: z.array(z.object({ domain: z.string().optional() })).optional(),
  created_at: z.string().optional(),
  updated_at: z.string().optional(),
})
const Providers = z.object({ items: z.array(Provider) })
const byId = { ...byRef, provider_id: z.uuid() }

const isOn = async ({ db, key }: Call, ref: string): Promise<boolean> =>
  (await getSpec(db, key, ref)).auth.saml_enabled

/** Who asks for one provider learns of that one only. */
const checkOne = async (call: Call, ref: string): Promise<void> => {
  if (!(await isOn(call, ref))) throw errors.providerNotFound()
}

const checkAll = async (call: Call, ref: string): Promise<void> => {
  if (!(await isOn(call, ref))) throw errors.samlOff()
}

export const createProvider = operation({
  name: 'auth-integrations.sso-create',
  about: 'Adds an identity provider for single sign-on by SAML, which must be switched on.',
  rest: { method: 'POST', path, status: 201, id: 'v1-create-a-sso-provider', tag },
  scope: onProject('auth_config_write'),
  input: z.object({ ...byRef, type: z.literal('saml'), ...edit }),
  output: Provider,
  run: async (call, { ref, ...body }) => {
    await checkAll(call, ref)
    return Provider.parse(await askAuth(call, ref, { method: 'POST', path: inside, body }))
  },
})

export const listProviders = operation({
  name: 'auth-integrations.sso-list',
  about: 'Lists the identity providers of a project; SAML must be switched on.',
  rest: { method: 'GET', path, status: 200, id: 'v1-list-all-sso-provider', tag },
  scope: onProject('auth_config_read'),
  input: z.object(byRef),
  output: Providers,
  run: async (call, { ref }) => {
    await checkAll(call, ref)
    return Providers.parse(await askAuth(call, ref, { method: 'GET', path: inside }))
  },
})

export const getProvider = operation({
  name: 'auth-integrations.sso-get',
  about: 'Gets an identity provider.',
  rest: { method: 'GET', path: `${path}/:provider_id`, status: 200, id: 'v1-get-a-sso-provider', tag },
  scope: onProject('auth_config_read'),
  input: z.object(byId),
  output: Provider,
  run: async (call, { ref, provider_id }) => {
    await checkOne(call, ref)
    return Provider.parse(await askAuth(call, ref, { method: 'GET', path: `${inside}/${provider_id}` }))
  },
})

export const updateProvider = operation({
  name: 'auth-integrations.sso-update',
  about: 'Changes an identity provider. What it calls itself must stay the same.',
  rest: { method: 'PUT', path: `${path}/:provider_id`, status: 200, id: 'v1-update-a-sso-provider', tag },
  scope: onProject('auth_config_write'),
  input: z.object({ ...byId, ...edit }),
  output: Provider,
  run: async (call, { ref, provider_id, ...body }) => {
    await checkOne(call, ref)
    const ask = { method: 'PUT', path: `${inside}/${provider_id}`, body } as const
    return Provider.parse(await askAuth(call, ref, ask))
  },
})

export const removeProvider = operation({
  name: 'auth-integrations.sso-delete',
  about: 'Removes an identity provider; its people cannot sign in by it any more.',
  rest: { method: 'DELETE', path: `${path}/:provider_id`, status: 200, id: 'v1-delete-a-sso-provider', tag },
  scope: onProject('auth_config_write'),
  input: z.object(byId),
  output: Provider,
  run: async (call, { ref, provider_id }) => {
    await checkOne(call, ref)
    return Provider.parse(await askAuth(call, ref, { method: 'DELETE', path: `${inside}/${provider_id}` }))
  },
})
