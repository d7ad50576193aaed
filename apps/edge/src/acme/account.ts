// The installation's account at an ACME authority, and one order from wish to certificate (RFC 8555 §7). The only
// file that loads the client library, at the first order.

import { generateKeyPairSync } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureSealedFile } from '@plinth/crypto'
import type { Authorization, Client, Order } from 'acme-client'
import { askAuthority, whileWanted } from './ask-authority.ts'
import type { Challenges } from './challenges.ts'

export type AccountOptions = {
  /** Address of the authority's directory. */
  readonly directory: string
  readonly email: string | undefined
  /** Where an authority takes only accounts that it knows already (RFC 8555 §7.3.4). */
  readonly binding: { readonly kid: string; readonly hmacKey: string } | undefined
  /** Folder of the account's key. */
  readonly folder: string
  /** Seals it. */
  readonly sealKey: Buffer
  readonly challenges: Challenges
}

export type Account = {
  /** Orders a certificate; throws in the authority's own words, or `TooMany`. */
  readonly order: (name: string, signal: AbortSignal) => Promise<{ cert: string; key: string }>
}

/** Between looks at what the authority has done; the last for all further ones. */
const pollMs = [250, 500, 1000, 2000, 4000] as const

const waitForLook = (look: number, signal: AbortSignal): Promise<void> =>
  sleep(pollMs[look] ?? pollMs[4], undefined, { signal })

const newKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()

const accountKey = async ({ folder, sealKey }: AccountOptions): Promise<string> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return ensureSealedFile(join(folder, 'account.key'), sealKey, newKey)
}

let loading: Promise<typeof import('acme-client')> | undefined

/** The library by itself asks again and again, for hours if it is told so; when to try again is decided here. */
const load = () => {
  loading ??= import('acme-client').then((library) => {
    Object.assign(library.axios.defaults, { adapter: askAuthority })
    return library
  })
  return loading
}

export const openAccount = (options: AccountOptions): Account => {
  let opening: Promise<Client> | undefined
  const open = async (): Promise<Client> => {
    const [{ Client }, key] = await Promise.all([load(), accountKey(options)])
    const client = new Client({
      directoryUrl: options.directory,
      accountKey: key,
      ...(options.binding && { externalAccountBinding: options.binding }),
    })
    // An account that is there already is found by its key.
    await client.createAccount({
      termsOfServiceAgreed: true,
      ...(options.email !== undefined && { contact: [`mailto:${options.email}`] }),
    })
    return client
  }
  const getClient = (): Promise<Client> => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }
  return {
    order: (name, signal) =>
      whileWanted(signal, async () => {
        const client = await getClient()
        const { crypto } = await load()
        const order = await client.createOrder({ identifiers: [{ type: 'dns', value: name }] })
        for (const authorization of await client.getAuthorizations(order))
          if (authorization.status !== 'valid') await prove(client, options.challenges, authorization, signal)
        const key = newKey()
        const [, csr] = await crypto.createCsr({ altNames: [name] }, key)
        await client.finalizeOrder(order, csr)
        return { cert: await client.getCertificate(await finished(client, order, signal)), key }
      }),
  }
}

const prove = async (
  client: Client,
  challenges: Challenges,
  authorization: Authorization,
  signal: AbortSignal,
): Promise<void> => {
  const challenge = authorization.challenges.find(({ type }) => type === 'http-01')
  if (challenge === undefined) throw new Error('The certificate authority offers no HTTP-01 challenge.')
  const { token } = challenge
  const answer = await client.getChallengeKeyAuthorization(challenge)
  await challenges.show(token, { host: authorization.identifier.value, answer })
  try {
    await client.completeChallenge(challenge)
    await judged(client, authorization, signal)
  } finally {
    await challenges.hide(token)
  }
}

/** Waits until the authority has looked. */
const judged = async (client: Client, { url }: Authorization, signal: AbortSignal): Promise<void> => {
  for (let look = 0; ; look += 1) {
    // Only the addresses of an order's parts are read.
    const [now] = await client.getAuthorizations({ authorizations: [url] } as Order)
    if (now?.status === 'valid') return
    if (now?.status !== 'pending') throw new Error(reasonOf(now))
    await waitForLook(look, signal)
  }
}

const reasonOf = (authorization: Authorization | undefined): string => {
  const problem = authorization?.challenges.find(({ error }) => error !== undefined)?.error
  const detail = (problem as { detail?: string } | undefined)?.detail
  return detail ?? `The proof that the name leads here is ${authorization?.status ?? 'gone'}.`
}

const finished = async (client: Client, order: Order, signal: AbortSignal): Promise<Order> => {
  for (let look = 0; ; look += 1) {
    const now = await client.getOrder(order)
    if (now.status === 'valid') return now
    if (now.status !== 'processing' && now.status !== 'ready')
      throw new Error((now.error as { detail?: string } | undefined)?.detail ?? `The order is ${now.status}.`)
    await waitForLook(look, signal)
  }
}
