// OpenAPI of the doors that are no operations: OAuth, and the log-in of the CLI.

import type { OpenApi, OpenApiOperation, OpenApiParameter } from './frame/openapi.ts'

const text = { type: 'string' }
const uuid = { type: 'string', format: 'uuid' }
const methods = { type: 'string', enum: ['plain', 'sha256', 'S256'] }
const error = { $ref: '#/components/responses/Error' }

type Fields = Readonly<Record<string, object>>

const query = (fields: Fields, required: readonly string[]): readonly OpenApiParameter[] =>
  Object.entries(fields).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: { ...schema },
  }))

const body = (type: string, properties: Fields, required: readonly string[] = []) => ({
  required: true,
  content: { [type]: { schema: { type: 'object', properties, required } } },
})

const json = (description: string, properties: Fields) => ({
  description,
  content: { 'application/json': { schema: { type: 'object', properties } } },
})

const door = (
  operationId: string,
  summary: string,
  rest: Partial<OpenApiOperation> & Pick<OpenApiOperation, 'responses'>,
): OpenApiOperation => ({ operationId, summary, tags: ['OAuth'], parameters: [], security: [], ...rest })

const ask = {
  client_id: uuid,
  response_type: { type: 'string', enum: ['code'] },
  redirect_uri: text,
  state: text,
  code_challenge: text,
  code_challenge_method: methods,
}
const asked = ['client_id', 'response_type', 'redirect_uri']
const toPage = { 302: { description: 'To the page on which the person agrees.' }, 400: error }

const credentials = { client_id: uuid, client_secret: text }

const token = door('v1-exchange-oauth-token', 'Exchanges a code or a refresh token for an access token.', {
  requestBody: body('application/x-www-form-urlencoded', {
    grant_type: { type: 'string', enum: ['authorization_code', 'refresh_token'] },
    ...credentials,
    code: text,
    code_verifier: text,
    redirect_uri: text,
    refresh_token: text,
  }),
  responses: {
    201: json('The tokens; `project_refs` is null for all projects of the organization.', {
      access_token: text,
      refresh_token: text,
      expires_in: { type: 'integer' },
      token_type: { type: 'string', enum: ['Bearer'] },
      project_refs: { anyOf: [{ type: 'array', items: text }, { type: 'null' }] },
    }),
    400: error,
    401: error,
  },
})

const register = door('register-oauth-client', 'Registers a client by itself (RFC 7591).', {
  requestBody: body(
    'application/json',
    { redirect_uris: { type: 'array', items: text }, client_name: text, scope: text },
    ['redirect_uris'],
  ),
  responses: { 201: json('The client.', credentials), 400: error },
})

export const doorPaths: OpenApi['paths'] = {
  '/v1/oauth/authorize': {
    get: door('v1-authorize-user', 'Asks a person to let an app act for them.', {
      parameters: query({ ...ask, organization_slug: text, resource: text }, asked),
      responses: toPage,
    }),
  },
  '/v1/oauth/authorize/project-claim': {
    get: door(
      'v1-oauth-authorize-project-claim',
      'Offers a project to a person, who takes it over on a page.',
      {
        parameters: query({ project_ref: text, ...ask }, ['project_ref', ...asked]),
        responses: { ...toPage, 401: error, 403: error, 404: error },
        security: [{ bearer: [] }],
        'x-fga-permissions': [['project_admin_write', 'organization_admin_write']],
      },
    ),
  },
  '/v1/oauth/token': { post: token },
  '/v1/oauth/revoke': {
    post: door('v1-revoke-token', 'Ends the authorization that a refresh token belongs to.', {
      requestBody: body('application/json', { ...credentials, refresh_token: text }, [
        'client_id',
        'client_secret',
        'refresh_token',
      ]),
      responses: { 204: { description: 'Ended.' }, 401: error },
    }),
  },
  '/v1/oauth/register': { post: register },
  '/platform/cli/login/{session_id}': {
    get: door('x-cli-login-session', 'Hands the CLI its token, sealed for its key.', {
      parameters: [
        { name: 'session_id', in: 'path', required: true, schema: uuid },
        ...query({ device_code: text }, ['device_code']),
      ],
      responses: {
        200: json('All hex.', { access_token: text, public_key: text, nonce: text }),
        404: error,
      },
    }),
  },
}
