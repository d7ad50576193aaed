// Where a database is and how its connections are kept secret: what libpq's keywords say, as a value.

/** libpq's `sslmode`. */
export type TlsMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full'

/** Files are given as what they hold (PEM). */
export type DatabaseTls = {
  readonly mode: TlsMode
  /** Authorities the server's certificate is checked against; without them those this machine trusts. */
  readonly ca?: string | undefined
  readonly crl?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** Opens the key. */
  readonly passphrase?: string | undefined
  readonly minVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3' | undefined
  /** Whether the server is told which name is asked for. */
  readonly tellsName?: boolean | undefined
  /** Begins with TLS at once instead of asking for it (PostgreSQL 17). */
  readonly isDirect?: boolean | undefined
}

export type Place = {
  /** Folder of the socket `.s.PGSQL.<port>`; what does not begin with `/` is a host to reach by TCP. */
  readonly socketDir: string
  readonly port?: number
  /** Name the server's certificate must bear, where it is reached by an address. */
  readonly serverName?: string
}

/** libpq's `target_session_attrs`: which of several servers will do. */
export type ServerKind = 'any' | 'read-write' | 'read-only' | 'primary' | 'standby' | 'prefer-standby'

export type ConnectOptions = Place & {
  readonly user: string
  readonly password: string
  readonly database: string
  /** Without it nothing is encrypted. */
  readonly tls?: DatabaseTls
  /** Tried in order when the first place does not answer. */
  readonly others?: readonly Place[]
  readonly serverKind?: ServerKind
  /** Longest time for one attempt, in milliseconds. */
  readonly connectMs?: number
}

/** Where the server is: a socket in a folder, or a host and port. */
export type ServerAddress =
  | { readonly path: string }
  | { readonly host: string; readonly port: number; readonly noDelay: true }

export const isLocal = ({ socketDir }: Place): boolean => socketDir.startsWith('/')

export const addressOf = ({ socketDir, port = 5432 }: Place): ServerAddress =>
  socketDir.startsWith('/')
    ? { path: `${socketDir}/.s.PGSQL.${port}` }
    : { host: socketDir, port, noDelay: true }
