// A bucket of one test, and files of an installation to bring there and back.

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { openAuthority } from '@plinth/certificates'
import { fetchFiles, mirrorFiles, openBucket, openPlace, type Place } from '@plinth/offsite'
import { type S3Options, type S3Server, startS3 } from '@plinth/testing/s3'
import { afterEach, beforeEach } from 'vitest'

const sealKey = randomBytes(32)

export const megabytes = (count: number) => randomBytes(count * 2 ** 20)

const key = randomBytes(32)
const trusted = getCACertificates()
let folder: string
let open: { stop: () => Promise<void> | void }[]

/** For the tests of the file that calls it: each has a folder of its own, and what it opened is closed after it. */
export const eachWithItsBucket = (): void => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plinth-s3-'))
    open = []
  })
  afterEach(async () => {
    setDefaultCACertificates(trusted)
    for (const { stop } of open.reverse()) await stop()
    rmSync(folder, { recursive: true })
  })
}

export const start = async (options: S3Options = {}): Promise<S3Server> => {
  const server = await startS3(options)
  open.push(server)
  return server
}
/** An address that refuses connections: the port of a client, which nobody else can take meanwhile. */
export const nobody = async (): Promise<string> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [[served]] = await Promise.all([once(server, 'connection'), once(client, 'connect')])
  open.push({
    stop: () => {
      client.destroy()
      served.destroy()
      server.close()
    },
  })
  return `http://127.0.0.1:${client.localPort}`
}
type Bucket = ReturnType<typeof openBucket>
export const use = (settings: Parameters<typeof openBucket>[0]): Bucket => {
  const bucket = openBucket(settings)
  open.push({ stop: bucket.close })
  return bucket
}
export const placeIn = (bucket: Bucket): Place => openPlace(bucket, key)

/** A certificate for this name, from the authority of this name. */
export const identityOf = async (name: string, authority = 'ca') =>
  (await openAuthority(join(folder, authority), sealKey)).issue([name])
/** As NODE_EXTRA_CA_CERTS does at the start. */
export const trust = async () =>
  setDefaultCACertificates([...trusted, (await openAuthority(join(folder, 'ca'), sealKey)).certificate])

const data = () => join(folder, 'data')
const back = () => join(folder, 'back')
export const write = (file: string, bytes: string | Buffer) => {
  mkdirSync(join(data(), file, '..'), { recursive: true })
  writeFileSync(join(data(), file), bytes)
}
export const forget = (file: string) => rmSync(join(data(), file), { recursive: true })
export const mirror = (place: Place, known = new Map<string, string>()) => mirrorFiles(place, data(), known)
/** Into an empty folder, unless it goes on. */
export const fetchBack = async (place: Place, isGoingOn = false) => {
  if (!isGoingOn) rmSync(back(), { recursive: true, force: true })
  return fetchFiles({ place, data: back() })
}
export const read = (file: string) => readFileSync(join(back(), file))
export const listBack = () => readdirSync(back(), { recursive: true }).map(String).sort()
