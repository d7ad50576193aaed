// SQLSTATE → HTTP status, as PostgREST maps them. The one table every door uses for errors of Postgres.

const exact: Readonly<Record<string, number>> = {
  '21000': 400,
  '23503': 409,
  '23505': 409,
  '25006': 405,
  '42883': 404,
  '42P01': 404,
  '42P17': 500,
  '53400': 500,
  P0001: 400,
}

const classes: Readonly<Record<string, number>> = {
  '08': 503,
  '09': 500,
  '0L': 403,
  '0P': 403,
  '25': 500,
  '28': 403,
  '2D': 500,
  '38': 500,
  '39': 500,
  '3B': 500,
  '40': 500,
  '53': 503,
  '54': 500,
  '55': 500,
  '57': 500,
  '58': 500,
  F0: 500,
  HV: 500,
  P0: 500,
  XX: 500,
}

/** Status for an error of Postgres; `authenticated` = the caller came with a token of a user. */
export const statusOfSqlstate = (
  sqlstate: string,
  { authenticated }: { readonly authenticated: boolean },
): number => {
  if (sqlstate === '42501') return authenticated ? 403 : 401
  const raised = /^PT([1-5]\d\d)$/.exec(sqlstate)?.[1]
  if (raised !== undefined) return Number(raised)
  return exact[sqlstate] ?? classes[sqlstate.slice(0, 2)] ?? 400
}
