// What the entrance proves itself with: the operator's certificate, those of a public authority where the operator
// named one, and the installation's own.

import { join } from 'node:path'
import type { Observe, Route } from '@plinth/contracts'
import { readInstallationKey } from '@plinth/crypto'
import { type Acme, type AcmeOptions, openAcme } from './acme/acme.ts'
import { type Certificates, openCertificates } from './certificates.ts'
import type { EdgeConfig } from './config.ts'
import { makeIsServed } from './find-branch.ts'
import type { Routes } from './routes.ts'

export type Tls = {
  readonly certificates: Certificates
  readonly findAnswer: Acme['findAnswer'] | undefined
  /** Told of every change of routes. */
  readonly see: (routes: readonly Route[]) => void
  readonly close: () => Promise<void>
}

export type TlsOptions = {
  readonly config: EdgeConfig
  readonly routes: Pick<Routes, 'find' | 'findByHost'>
  readonly observe: Observe
}

export const openTls = async ({ config, routes, observe }: TlsOptions): Promise<Tls> => {
  const domain = config.PLINTH_DOMAIN
  const isServed = makeIsServed({ domain, routes })
  const sealKey = await readInstallationKey(config.PLINTH_INSTALLATION_KEY_FILE)
  const acme = await openAuthorityOf(config, { sealKey, isServed, observe })
  const certificates = await openCertificates({
    folder: join(config.PLINTH_DATA, 'tls'),
    sealKey,
    domain,
    isServed,
    own: ownCertificate(config),
    acme,
  })
  return {
    certificates,
    findAnswer: acme?.findAnswer,
    see: (list) => certificates.want([domain, ...list.flatMap(({ hosts }) => hosts ?? [])]),
    close: async () => acme?.close(),
  }
}

const openAuthorityOf = async (
  config: EdgeConfig,
  more: Pick<AcmeOptions, 'sealKey' | 'isServed' | 'observe'>,
): Promise<Acme | undefined> => {
  const { PLINTH_ACME_DIRECTORY: directory, PLINTH_ACME_KEY_ID: kid, PLINTH_ACME_HMAC_KEY: hmacKey } = config
  if (directory === undefined) return undefined
  return openAcme({
    data: config.PLINTH_DATA,
    directory,
    email: config.PLINTH_ACME_EMAIL,
    binding: kid !== undefined && hmacKey !== undefined ? { kid, hmacKey: hmacKey.open() } : undefined,
    ...more,
  })
}

const ownCertificate = ({ PLINTH_TLS_CERT_FILE: cert, PLINTH_TLS_KEY_FILE: key }: EdgeConfig) =>
  cert !== undefined && key !== undefined ? { cert, key } : undefined
