// `sslmode` and its companions as settings of node's TLS.

import { isIP } from 'node:net'
import type { ConnectionOptions, PeerCertificate } from 'node:tls'
import { checkServerIdentity } from 'node:tls'
import type { DatabaseTls, Place } from './place.ts'

export type TlsSettings = {
  readonly options: ConnectionOptions
  readonly isDirect: boolean
}

/** As libpq does: `require` checks the certificate where it was given authorities to check it against. */
const checksAuthority = ({ mode, ca }: DatabaseTls): boolean =>
  mode === 'verify-ca' || mode === 'verify-full' || (mode === 'require' && ca !== undefined)

const anyName = (): undefined => undefined

export const tlsSettings = (tls: DatabaseTls, { socketDir, serverName = socketDir }: Place): TlsSettings => {
  const checksName = tls.mode === 'verify-full'
  return {
    isDirect: tls.isDirect ?? false,
    options: {
      rejectUnauthorized: checksAuthority(tls),
      checkServerIdentity: checksName
        ? (_host: string, certificate: PeerCertificate) => checkServerIdentity(serverName, certificate)
        : anyName,
      ...(tls.tellsName === false || isIP(serverName) !== 0 ? undefined : { servername: serverName }),
      ...(tls.ca === undefined ? undefined : { ca: tls.ca }),
      ...(tls.crl === undefined ? undefined : { crl: tls.crl }),
      ...(tls.cert === undefined ? undefined : { cert: tls.cert }),
      ...(tls.key === undefined ? undefined : { key: tls.key }),
      ...(tls.passphrase === undefined ? undefined : { passphrase: tls.passphrase }),
      ...(tls.minVersion === undefined ? undefined : { minVersion: tls.minVersion }),
      ALPNProtocols: ['postgresql'],
    },
  }
}
