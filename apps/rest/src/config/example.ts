// A configuration file to start from: `--example`.

type Row = readonly [about: string, setting: string]

const rows: readonly Row[] = [
  ['Where the database is (libpq connection string).', 'db-uri = "postgresql://"'],
  ['Exposed schemas; the first is the default.', 'db-schemas = "public"'],
  ['Schemas that functions and types may be found in besides.', 'db-extra-search-path = "public"'],
  ['Role of requests without a token; without it they are refused.', '# db-anon-role = "anon"'],
  ['A text of 32 characters or more, a JSON web key, a set of keys, or "@file".', '# jwt-secret = "…"'],
  ['The secret is base64.', 'jwt-secret-is-base64 = false'],
  ['Audience that tokens must name.', '# jwt-aud = "https://example.org"'],
  ['Where the role stands in a token (JSON path; $$ is a dollar sign).', 'jwt-role-claim-key = "$$.role"'],
  ['Verified tokens kept; 0 keeps none.', 'jwt-cache-max-entries = 1000'],
  ['Most rows in one answer.', '# db-max-rows = 1000'],
  ['Function called in every transaction before its statement.', '# db-pre-request = "public.check_request"'],
  ['Function answering /.', '# db-root-spec = "public.root"'],
  [
    'End of transactions: commit, commit-allow-override, rollback, rollback-allow-override.',
    'db-tx-end = "commit"',
  ],
  ['Aggregate functions in select.', 'db-aggregates-enabled = false'],
  ['Plans by Accept: application/vnd.pgrst.plan.', 'db-plan-enabled = false'],
  ['Most connections to the database.', 'db-pool = 10'],
  ['Seconds a request waits for a connection.', 'db-pool-acquisition-timeout = 10'],
  ['Prepare statements; switch it off behind a pooler of transactions.', 'db-prepared-statements = true'],
  ['Settings kept in the database (alter role … set pgrst.…).', 'db-config = true'],
  ['Function that makes such settings.', '# db-pre-config = "postgrest.pre_config"'],
  ['Channel of NOTIFY for "reload schema" and "reload config".', 'db-channel = "pgrst"'],
  ['Listen to it.', 'db-channel-enabled = true'],
  ['OpenAPI document: follow-privileges, ignore-privileges, disabled.', 'openapi-mode = "follow-privileges"'],
  ['Address shown in it.', '# openapi-server-proxy-uri = "https://example.org/api"'],
  ['Where to listen.', 'server-host = "!4"'],
  ['', 'server-port = 3000'],
  ['A unix socket instead.', '# server-unix-socket = "/tmp/rest.sock"'],
  ['Origins of browsers; none means any.', '# server-cors-allowed-origins = "https://example.org"'],
  ['Answers tell how long each stage took.', 'server-timing-enabled = false'],
  ['Header that answers repeat.', '# server-trace-header = "X-Request-Id"'],
  ['Where operators ask: /live, /ready, /schema_cache, /metrics.', '# admin-server-port = 3001'],
  ['crit, error, warn, info, debug.', 'log-level = "error"'],
]

export const exampleFile = rows
  .map(([about, setting]) => (about === '' ? `${setting}\n` : `## ${about}\n${setting}\n`))
  .join('\n')
