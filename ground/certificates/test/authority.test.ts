import { randomBytes, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Authority, openAuthority } from '../src/index.ts'

const sealKey = randomBytes(32)

let folder: string
let authority: Authority

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certificates-'))
  authority = await openAuthority(join(folder, 'tls'), sealKey)
})
afterAll(() => rm(folder, { recursive: true }))

/** What a client that trusts only `ca` finds: the server's names fit, or the reason why not. */
const handshake = async (ca: string, names: readonly [string, ...string[]], servername: string) => {
  const server = createServer(authority.issue(names), (socket) => socket.end())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as { port: number }
  try {
    const client = connect({ port, host: '127.0.0.1', servername, ca })
    await once(client, 'secureConnect')
    client.destroy()
    return 'trusted'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  } finally {
    server.close()
  }
}

describe('an authority', () => {
  it('is made once, whoever asks, and kept; its key is closed to others', async () => {
    const place = join(folder, 'twice')
    const many = await Promise.all(Array.from({ length: 5 }, () => openAuthority(place, sealKey)))
    expect(new Set(many.map(({ certificate }) => certificate)).size).toBe(1)
    expect((await openAuthority(place, sealKey)).certificate).toBe(many[0]?.certificate)
    expect((await stat(join(place, 'ca.key'))).mode & 0o777).toBe(0o600)
    expect(await readFile(join(place, 'ca.key'), 'utf8')).not.toContain('PRIVATE KEY')
  })

  it('is an authority that signed itself, for ten years', () => {
    const ca = new X509Certificate(authority.certificate)
    expect(ca.ca).toBe(true)
    expect(ca.checkIssued(ca)).toBe(true)
    expect(ca.verify(ca.publicKey)).toBe(true)
    expect(Date.parse(ca.validTo) - Date.now()).toBeGreaterThan(3600 * 86_400_000)
  })

  it('issues certificates for names and addresses', () => {
    const identity = authority.issue([
      'db.example.test',
      '*.example.test',
      '127.0.0.1',
      '::1',
      '2001:db8::1:2',
    ])
    const certificate = new X509Certificate(identity.cert)
    expect(certificate.ca).toBe(false)
    expect(certificate.subjectAltName).toBe(
      'DNS:db.example.test, DNS:*.example.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:2001:DB8:0:0:0:0:1:2',
    )
    expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true)
    expect(Math.abs(Date.parse(certificate.validTo) - identity.until.getTime())).toBeLessThan(1000)
  })

  it.each([
    ['the name itself', ['one.example.test'], 'one.example.test', 'trusted'],
    ['a wildcard', ['*.example.test'], 'two.example.test', 'trusted'],
    ['a long name', [`${'a'.repeat(60)}.example.test`], `${'a'.repeat(60)}.example.test`, 'trusted'],
    ['another name', ['one.example.test'], 'two.example.test', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ] as const)('is trusted by TLS clients for %s only', async (_what, names, servername, expected) => {
    expect(await handshake(authority.certificate, names, servername)).toBe(expected)
  })

  it('is not trusted by clients of another one', async () => {
    const other = await openAuthority(join(folder, 'other'), sealKey)
    expect(await handshake(other.certificate, ['one.example.test'], 'one.example.test')).toMatch(
      /UNABLE|SELF/,
    )
  })
})
