// Single sign-on by SAML is off in every project, because nothing speaks it yet: each call says so as upstream does
// for a project that has it off.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { errors } from './errors.ts'

const path = '/v1/projects/:ref/config/auth/sso/providers'
const tag = 'Auth'

const NameIdFormat = z.enum([
  'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
])
const edit = {
  metadata_xml: z.string().optional(),
  metadata_url: z.url().optional(),
  domains: z.array(z.string()).optional(),
  attribute_mapping: z.record(z.string(), z.unknown()).optional(),
  name_id_format: NameIdFormat.optional(),
}
const Provider = z.object({ id: z.string() })
const byId = { ...byRef, provider_id: z.uuid() }

const refuse = async (): Promise<never> => {
  throw errors.samlOff()
}
const missing = async (): Promise<never> => {
  throw errors.providerNotFound()
}

export const createProvider = operation({
  name: 'auth-integrations.sso-create',
  about: 'Adds an identity provider. Refused while SAML is off.',
  rest: { method: 'POST', path, status: 201, id: 'v1-create-a-sso-provider', tag },
  scope: onProject('auth_config_write'),
  input: z.object({ ...byRef, type: z.literal('saml'), ...edit }),
  output: Provider,
  run: refuse,
})

export const listProviders = operation({
  name: 'auth-integrations.sso-list',
  about: 'Lists identity providers. Refused while SAML is off.',
  rest: { method: 'GET', path, status: 200, id: 'v1-list-all-sso-provider', tag },
  scope: onProject('auth_config_read'),
  input: z.object(byRef),
  output: z.object({ items: z.array(Provider) }),
  run: refuse,
})

export const getProvider = operation({
  name: 'auth-integrations.sso-get',
  about: 'Gets an identity provider.',
  rest: { method: 'GET', path: `${path}/:provider_id`, status: 200, id: 'v1-get-a-sso-provider', tag },
  scope: onProject('auth_config_read'),
  input: z.object(byId),
  output: Provider,
  run: missing,
})

export const updateProvider = operation({
  name: 'auth-integrations.sso-update',
  about: 'Changes an identity provider.',
  rest: { method: 'PUT', path: `${path}/:provider_id`, status: 200, id: 'v1-update-a-sso-provider', tag },
  scope: onProject('auth_config_write'),
  input: z.object({ ...byId, ...edit }),
  output: Provider,
  run: missing,
})

export const removeProvider = operation({
  name: 'auth-integrations.sso-delete',
  about: 'Removes an identity provider.',
  rest: { method: 'DELETE', path: `${path}/:provider_id`, status: 200, id: 'v1-delete-a-sso-provider', tag },
  scope: onProject('auth_config_write'),
  input: z.object(byId),
  output: Provider,
  run: missing,
})
