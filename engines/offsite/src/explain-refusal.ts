// What an operator does about a bucket that cannot be used, by what the SDK, pgBackRest or the connection says.

import { offsiteErrors } from './errors.ts'

const keys = 'Check accessKeyId and secretAccessKey in the file that PLINTH_BACKUP_S3_FILE names.'
const authority =
  'NODE_EXTRA_CA_CERTS names a file with the certificate of an authority of your own, before the start.'
const later = 'It is tried again by itself.'

const hints: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: keys,
  InvalidAccessKeyId: keys,
  AccessDenied: 'The key needs the right to list, read, write and remove in this bucket.',
  NoSuchBucket: 'Create the bucket, or correct its name.',
  RequestTimeTooSkewed: "Set this machine's clock.",
  AuthorizationHeaderMalformed: 'Check the region.',
  PermanentRedirect: 'Check the region and the endpoint.',
  CERT_HAS_EXPIRED: 'The certificate of the endpoint must be renewed.',
  CERT_NOT_YET_VALID: "Set this machine's clock.",
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another name: check the endpoint, or try pathStyle.',
  DEPTH_ZERO_SELF_SIGNED_CERT: authority,
  SELF_SIGNED_CERT_IN_CHAIN: authority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: authority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: authority,
  SlowDown: later,
  InternalError: later,
  ServiceUnavailable: later,
  ECONNRESET: later,
  EPIPE: later,
}

type Thrown = {
  readonly name?: string
  readonly code?: string
  readonly message?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly errors?: readonly Error[]
}

/** `cause` is what the SDK, or a stream of it, failed with. */
export const refusalOf = (bucket: string, cause: unknown): Error => {
  const { name = '', code = '', message, errors } = cause as Thrown
  // One connection is tried at several addresses: the first says enough.
  const reason = message || errors?.[0]?.message || name || String(cause)
  return Object.assign(offsiteErrors.refused(bucket, reason, hints[code] ?? hints[name]), { cause })
}

/** What is worth another try: the connection or the server failed, not what was asked for. */
export const isPassing = (cause: unknown): boolean => {
  if (!(cause instanceof Error)) return false
  const { name = '', code, $metadata }: Thrown = cause
  const status = $metadata?.httpStatusCode
  if (status !== undefined && status >= 400) return status >= 500 || status === 429
  return name === 'TimeoutError' || hints[code ?? ''] === later || /^(ERR_STREAM_|ETIMEDOUT)/.test(code ?? '')
}

/** pgBackRest speaks of the bucket, or of the way there. */
const ofBucket =
  /HTTP request failed|TLS|certificate|unable to connect|unable to get address|tim(e|ed) ?out|eof/i
/** Of the server that is backed up. */
const ofServer = /dbname=/

/** What pgBackRest said, without the requests it quotes. */
export const failedBy = (bucket: string, said: string): Error => {
  const [, code = ''] = /<Code>(\w+)<\/Code>/.exec(said) ?? []
  const [, told] = /<Message>([^<]+)<\/Message>/.exec(said) ?? []
  const reason = told ?? said.split('\n***')[0] ?? said
  if (code === '' && (ofServer.test(reason) || !ofBucket.test(reason)))
    return offsiteErrors.backrestFailed(reason)
  const isStrange = reason.includes('certificate') && !reason.includes('hostname')
  return offsiteErrors.refused(bucket, reason, hints[code] ?? (isStrange ? authority : undefined))
}
