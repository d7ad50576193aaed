-- why: GraphQL clients get an answer that says why nothing works while pg_graphql is not there

create function graphql_public.graphql(
  "operationName" text default null,
  query text default null,
  variables jsonb default null,
  extensions jsonb default null
) returns jsonb
language sql stable
return jsonb_build_object(
  'errors', jsonb_build_array(jsonb_build_object('message', 'pg_graphql extension is not enabled.'))
);
