// Where clients of the document send their requests: the public address when it is configured.

export type ServerAddress = {
  readonly scheme: 'http' | 'https'
  /** Host with port. */
  readonly host: string
  readonly basePath: string
}

/** Addresses that mean "every interface". */
const everyInterface = new Set(['*', '*4', '!4', '*6', '!6'])

export const serverAddress = (
  publicUri: string | null,
  own: { readonly host: string; readonly port: number },
): ServerAddress => {
  const uri = publicUri === null ? null : URL.parse(publicUri)
  if (uri === null || !/^https?:$/.test(uri.protocol)) {
    const host = everyInterface.has(own.host) ? '0.0.0.0' : own.host
    return { scheme: 'http', host: `${host}:${own.port}`, basePath: '/' }
  }
  const scheme = uri.protocol === 'https:' ? 'https' : 'http'
  const port = uri.port === '' ? (scheme === 'https' ? '443' : '80') : uri.port
  return { scheme, host: `${uri.hostname}:${port}`, basePath: uri.pathname }
}
