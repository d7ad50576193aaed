// What the operator decided, as far as operations need to know.

export type Certificate = {
  readonly isThere: boolean
  /** Why the authority issued none when it was last asked. */
  readonly refusal: string | undefined
}

export type ControlSettings = {
  /** Host name of the installation; projects are `{ref}.{domain}`. */
  readonly domain: string
  /** Port of the HTTP entrance. */
  readonly port: number
  /** Port of the Postgres entrance. */
  readonly databasePort: number
  /** Port of the transaction pooler; absent where Postgres came without one. */
  readonly poolerPort?: number | undefined
  /** Port of the HTTPS entrance, where there is one. */
  readonly tlsPort?: number | undefined
  /** DNS servers to ask about custom hostnames; absent: the system's. */
  readonly dnsServers?: readonly string[] | undefined
  /** How far the public certificate of a name is; absent, or answers nothing, where none are ordered. */
  readonly certificateOf?: ((host: string) => Promise<Certificate | undefined>) | undefined
  /** Folder of the documentation that agents may search; absent: only the reference of the API. */
  readonly docsFolder?: string | undefined
  /** Loopback ports that projects may get, both ends included. */
  readonly projectPorts: { readonly first: number; readonly last: number }
  /** Region code that this machine goes by. */
  readonly region: string
  /** Services that a project's stack really offers; the others report that they do not. */
  readonly services: readonly string[]
  /** Name of the database in every project's cluster. */
  readonly projectDatabase: string
  /** Longest a statement of `database/query` may run. */
  readonly statementTimeoutMs: number
  /** Largest answer of `database/query`. */
  readonly resultBytes: number
  /** Requests of one caller to one project in a minute. */
  readonly requestsPerMinute: number
}
