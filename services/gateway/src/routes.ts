// The access table of a project's address: which service answers where, and what a caller needs.
// Rows stand from special to general: the first that matches counts.

export type ServiceName = 'auth' | 'rest' | 'graphql' | 'storage' | 'realtime' | 'functions' | 'meta' | 'ai'

/** `nothing`: a token in the address or the service's own check; `key`: any valid API key. */
export type Need = 'nothing' | 'key' | 'service key'

type Row = {
  /** A trailing `*` stands for anything below. */
  readonly path: string
  readonly service: ServiceName
  readonly needs: Need
  /** All when absent. */
  readonly method?: 'GET' | 'PUT'
}

export const accessTable: readonly Row[] = [
  // Opened from mails, by identity providers and by whoever checks tokens.
  { path: '/auth/v1/verify', service: 'auth', needs: 'nothing' },
  { path: '/auth/v1/callback', service: 'auth', needs: 'nothing' },
  { path: '/auth/v1/authorize', service: 'auth', needs: 'nothing' },
  { path: '/auth/v1/.well-known/jwks.json', service: 'auth', needs: 'nothing' },
  { path: '/auth/v1/.well-known/openid-configuration', service: 'auth', needs: 'nothing' },
  { path: '/auth/v1/.well-known/oauth-authorization-server', service: 'auth', needs: 'nothing' },
  // Apps of others have no API key: they show their own credentials.
  { path: '/auth/v1/oauth/authorize', service: 'auth', needs: 'nothing' },
  { path: '/auth/v1/oauth/token', service: 'auth', needs: 'nothing' },
  { path: '/auth/v1/oauth/userinfo', service: 'auth', needs: 'nothing' },
  { path: '/auth/v1/oauth/clients/register', service: 'auth', needs: 'nothing' },
  { path: '/auth/v1/sso/saml/acs', service: 'auth', needs: 'nothing' },
  { path: '/auth/v1/sso/saml/metadata', service: 'auth', needs: 'nothing' },
  { path: '/auth/v1/*', service: 'auth', needs: 'key' },

  { path: '/rest/v1/*', service: 'rest', needs: 'key' },
  { path: '/graphql/v1/*', service: 'graphql', needs: 'key' },

  // Signed by AWS signatures, or by a token in the address.
  { path: '/storage/v1/s3/*', service: 'storage', needs: 'nothing' },
  { path: '/storage/v1/object/public/*', service: 'storage', needs: 'nothing' },
  { path: '/storage/v1/object/sign/*', service: 'storage', needs: 'nothing', method: 'GET' },
  { path: '/storage/v1/object/upload/sign/*', service: 'storage', needs: 'nothing', method: 'PUT' },
  { path: '/storage/v1/render/image/public/*', service: 'storage', needs: 'nothing' },
  { path: '/storage/v1/render/image/sign/*', service: 'storage', needs: 'nothing' },
  { path: '/storage/v1/*', service: 'storage', needs: 'key' },

  { path: '/realtime/v1/*', service: 'realtime', needs: 'key' },
  // Each function says by itself whether it wants a token.
  { path: '/functions/v1/*', service: 'functions', needs: 'nothing' },
  { path: '/pg/*', service: 'meta', needs: 'service key' },
  { path: '/api/*', service: 'ai', needs: 'key' },
]

const isLastOfService = ({ service }: Row, index: number): boolean =>
  !accessTable.slice(index + 1).some((later) => later.service === service)

/** Where services are mounted: the last row of each is the general one. */
export const mounts = accessTable
  .filter(isLastOfService)
  .map(({ path, service, needs }) => ({ prefix: path.slice(0, -2), service, needs }))

const matches = ({ path, method }: Row, asked: string, askedMethod: string): boolean => {
  if (method !== undefined && method !== askedMethod) return false
  return path.endsWith('*') ? `${asked}/`.startsWith(path.slice(0, -1)) : asked === path
}

/** Whether the first row that matches lets anybody in. `path` has no query. */
export const isOpen = (method: string, path: string): boolean =>
  accessTable.find((row) => matches(row, path, method === 'HEAD' ? 'GET' : method))?.needs === 'nothing'
