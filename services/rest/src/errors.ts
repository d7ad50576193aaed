// Every error of the REST service that is not the database's own, as one table. Codes, status and texts are
// PostgREST's: clients match on them.

import { defineErrors, type ErrorShape } from '@plinth/errors'

const fault = (
  status: number,
  code: string,
  message: string,
  more: { readonly details?: unknown; readonly hint?: string | undefined } = {},
): ErrorShape => ({ code, kind: 'caller', status, message, ...more })

const ours = (status: number, code: string, message: string, details?: unknown): ErrorShape => ({
  code,
  kind: 'project',
  status,
  message,
  details,
})

export const errors = defineErrors('rest', {
  noConnection: (details: string) => ours(503, 'PGRST000', 'Database connection error.', details),
  lostConnection: () =>
    ours(503, 'PGRST001', 'Database client error. Retrying the connection.', 'no connection to the server\n'),
  noCatalogue: () => ours(503, 'PGRST002', 'Could not query the database for the schema cache. Retrying.'),
  poolTimeout: () => ours(504, 'PGRST003', 'Timed out acquiring connection from connection pool.'),
  badQuery: (message: string, details: string) => fault(400, 'PGRST100', message, { details }),
  badCallMethod: (method: string) => fault(405, 'PGRST101', `Cannot use the ${method} method on RPC`),
  badBody: (message: string) => fault(400, 'PGRST102', message),
  badRange: (details: string) => fault(416, 'PGRST103', 'Requested range not satisfiable', { details }),
  badPutFilters: () =>
    fault(405, 'PGRST105', "Filters must include all and only primary key columns with 'eq' operators"),
  unknownSchema: (schema: string, exposed: readonly string[]) =>
    fault(406, 'PGRST106', `Invalid schema: ${schema}`, {
      hint: `Only the following schemas are exposed: ${exposed.join(', ')}`,
    }),
  noMediaType: (types: readonly string[]) =>
    fault(406, 'PGRST107', `None of these media types are available: ${types.join(', ')}`),
  notEmbedded: (name: string) =>
    fault(400, 'PGRST108', `'${name}' is not an embedded resource in this request`, {
      hint: `Verify that '${name}' is included in the 'select' query parameter.`,
    }),
  embedHasAlias: (name: string, alias: string) =>
    fault(400, 'PGRST108', `'${name}' is not an embedded resource in this request`, {
      details: 'Target names are not allowed in filters if they have an alias',
      hint: `Change '${name}' to '${alias}' in filters, orders or limits.`,
    }),
  badHeadersSetting: () =>
    ours(
      500,
      'PGRST111',
      'response.headers guc must be a JSON array composed of objects with a single key and a string value',
    ),
  badStatusSetting: () => ours(500, 'PGRST112', 'response.status guc must be a valid status code'),
  putWithRange: () => fault(400, 'PGRST114', 'limit/offset querystring parameters are not allowed for PUT'),
  putMismatch: () => fault(400, 'PGRST115', 'Payload values do not match URL in primary key column(s)'),
  notSingle: (rows: number) =>
    fault(406, 'PGRST116', 'Cannot coerce the result to a single JSON object', {
      details: `The result contains ${rows} rows`,
    }),
  badMethod: (method: string) => fault(405, 'PGRST117', `Unsupported HTTP method: ${method}`),
  orderByMany: (origin: string, target: string) =>
    fault(400, 'PGRST118', `A related order on '${target}' is not possible`, {
      details: `'${origin}' and '${target}' do not form a many-to-one or one-to-one relationship`,
    }),
  badRaise: (details: string, hint: string) =>
    ({
      ...ours(500, 'PGRST121', 'Could not parse JSON in the "RAISE SQLSTATE \'PGRST\'" error', details),
      hint,
    }) satisfies ErrorShape,
  badPreferences: (names: readonly string[]) =>
    fault(400, 'PGRST122', 'Invalid preferences given with handling=strict', {
      details: `Invalid preferences: ${names.join(', ')}`,
    }),
  aggregatesOff: () => fault(400, 'PGRST123', 'Use of aggregate functions is not allowed'),
  tooManyAffected: (rows: number) =>
    fault(400, 'PGRST124', 'Query result exceeds max-affected preference constraint', {
      details: `The query affects ${rows} rows`,
    }),
  badPath: () => fault(404, 'PGRST125', 'Invalid path specified in request URL'),
  rootOff: () => fault(404, 'PGRST126', 'Root endpoint metadata is disabled'),
  notImplemented: (details: string) => fault(400, 'PGRST127', 'Feature not implemented', { details }),
  maxAffectedSingle: () =>
    fault(
      400,
      'PGRST128',
      'Function must return SETOF or TABLE when max-affected preference is used with handling=strict',
    ),
  noRelationship: (message: string, details: string, hint: string | undefined) =>
    fault(400, 'PGRST200', message, { details, hint }),
  ambiguousEmbed: (message: string, details: unknown, hint: string) =>
    fault(300, 'PGRST201', message, { details, hint }),
  noFunction: (message: string, details: string, hint: string | undefined) =>
    fault(404, 'PGRST202', message, { details, hint }),
  ambiguousFunction: (candidates: string) =>
    fault(300, 'PGRST203', `Could not choose the best candidate function between: ${candidates}`, {
      hint: 'Try renaming the parameters or the function itself in the database so function overloading can be resolved',
    }),
  noColumn: (column: string, relation: string) =>
    fault(400, 'PGRST204', `Could not find the '${column}' column of '${relation}' in the schema cache`),
  noRelation: (schema: string, name: string, near: string | undefined) =>
    fault(404, 'PGRST205', `Could not find the table '${schema}.${name}' in the schema cache`, {
      hint: near === undefined ? undefined : `Perhaps you meant the table '${schema}.${near}'`,
    }),
  badToken: (message: string) => fault(401, 'PGRST301', message),
  anonymousOff: () => fault(401, 'PGRST302', 'Anonymous access is disabled'),
  badClaims: (message: string) => fault(401, 'PGRST303', message),
})
