// Certificates of a public authority: a real ACME server judges whether the names lead here, real TLS clients judge
// what is shown for them.

import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls'
import { issuedFolder } from '@plinth/certificates'
import { memoryObserve } from '@plinth/observe'
import { leakCheck } from '@plinth/testing'
import { freePort, type Pebble, startPebble } from '@plinth/testing/pebble'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Acme, openAcme } from '../../src/acme/acme.ts'
import type { Edge } from '../../src/edge.ts'
import { echo, hostOf } from '../client.ts'
import { refs, type Stage, sealKey, setStage } from '../stage.ts'

const checkLeaks = leakCheck()
const patience = { interval: 100 }
const [shop, broken] = ['shop.example.test', 'broken.example.test']
let stage: Stage
let pebble: Pebble
let edge: Edge
let httpPort: number

const settings = () => ({ PLINTH_PORT: httpPort, PLINTH_ACME_DIRECTORY: pebble.directory })

beforeAll(async () => {
  stage = await setStage()
  await stage.startSupervisor()
  await stage.serve(join(stage.run, 'control.sock'), echo('control'))
  await stage.serve(join(stage.run, `${refs.one}.sock`), echo('one'))
  httpPort = await freePort()
  pebble = await startPebble({ httpPort })
  await pebble.breakDns(broken)
  stage.tell(stage.route(refs.one, 'awake', { hosts: [shop, broken] }))
  edge = await stage.startEdge(settings())
})
afterAll(async () => {
  await stage.close()
  await pebble.stop()
  await checkLeaks()
})

type Visit = { readonly port?: number; readonly name?: string; readonly protocol?: string }

/** The certificate a client is shown, and whether one that trusts the public authority alone accepts it. */
const visit = ({ port = edge.tlsPort, name, protocol }: Visit) =>
  new Promise<{ isTrusted: boolean; shown: PeerCertificate }>((resolve, reject) => {
    const socket: TLSSocket = connect({
      port,
      host: '127.0.0.1',
      ca: pebble.root,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(name !== undefined && { servername: name }),
      ...(protocol !== undefined && { ALPNProtocols: [protocol] }),
    })
    socket.once('error', reject).once('secureConnect', () => {
      resolve({ isTrusted: socket.authorized, shown: socket.getPeerCertificate() })
      socket.destroy()
    })
  })

const expectTrusted = (how: Visit, name: string) =>
  vi.waitFor(async () => {
    const { isTrusted, shown } = await visit(how)
    expect({ isTrusted, names: shown.subjectaltname }).toEqual({ isTrusted: true, names: `DNS:${name}` })
  }, patience)

const kept = () => issuedFolder(stage.run, pebble.directory, sealKey)
const events = (observer: Stage['observer'], event: string) =>
  observer.seen.filter((one) => one.event === event)

describe('certificates of a public authority', () => {
  it("gets those of the platform and of an owner's own name before anybody asks", async () => {
    await vi.waitFor(async () => expect(await kept().names()).toContain(shop), patience)
    await expectTrusted({ name: shop }, shop)
    await expectTrusted({ name: 'plinth.test' }, 'plinth.test')
  })

  it('shows its own to the first visitors of a project, and goes on to the public one', async () => {
    const name = hostOf(refs.one)
    expect((await visit({ name })).isTrusted).toBe(false)
    await expectTrusted({ name }, name)
  })

  it('does so for databases', async () => {
    const name = `db.${hostOf(refs.one)}`
    const how = { port: edge.postgresPort, name, protocol: 'postgresql' }
    expect((await visit(how)).isTrusted).toBe(false)
    await expectTrusted(how, name)
  })

  it('shows that of the platform to clients that name no host', async () => {
    await expectTrusted({}, 'plinth.test')
  })

  it('orders none for names that are not served here', async () => {
    const strangers = ['example.com', hostOf(refs.two), `db.${hostOf(refs.two)}`, 'x.plinth.test']
    for (const name of strangers) await visit({ name })
    await expectTrusted({ name: 'api.plinth.test' }, 'api.plinth.test')
    expect((await kept().names()).filter((name) => strangers.includes(name))).toEqual([])
  })

  it('says why there is none, in the words of the authority', async () => {
    await vi.waitFor(async () => {
      const refusal = await kept().findRefusal(broken)
      expect(refusal).toMatchObject({ attempts: 1, reason: expect.stringContaining(broken) })
      expect(Date.parse(refusal?.next ?? '')).toBeGreaterThan(Date.now() + 60_000)
    }, patience)
    const refused = events(stage.observer, 'certificate.refused')
    expect(refused).toMatchObject([{ fields: { name: broken } }])
    for (let times = 0; times < 3; times += 1) expect((await visit({ name: broken })).isTrusted).toBe(false)
    expect(events(stage.observer, 'certificate.refused')).toHaveLength(1)
  })

  it('answers nobody else below the path of the proofs, and wakes nobody for it', async () => {
    for (const token of ['unknown', '..%2fnames', ''])
      expect(
        await fetch(`http://127.0.0.1:${edge.httpPort}/.well-known/acme-challenge/${token}`).then((one) =>
          one.json(),
        ),
      ).toMatchObject({ code: 'challenge_not_found' })
    expect(stage.wakes).toEqual([])
  })

  it('keeps keys for the owner of the data folder alone', async () => {
    const { folder } = kept()
    const files = [join(folder, 'account.key'), join(folder, 'names', `${shop}.pem`)]
    for (const file of files) {
      expect((await stat(file)).mode & 0o777).toBe(0o600)
      expect(await readFile(file, 'utf8')).not.toContain('PRIVATE KEY')
    }
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect(await readdir(join(folder, 'challenges'))).toEqual([])
    expect(await readdir(join(folder, 'locks'))).toEqual([])
  })
})

/** One process of an entrance; proofs are answered by the edge, which shares its folder. */
const openBeside = async (directory: string, isServed: (name: string) => boolean = () => true) => {
  const observer = memoryObserve()
  const acme = await openAcme({
    data: stage.run,
    sealKey,
    directory,
    email: 'operator@example.test',
    binding: undefined,
    isServed,
    observe: observer,
    lookEveryMs: 100,
  })
  return { acme, observer }
}

const waitFor = (acme: Acme, name: string) =>
  vi.waitFor(() => expect(acme.find(name)).toBeDefined(), patience)

it('orders a name once, however many processes need it', async () => {
  const name = shop
  await kept().remove(name)
  const [one, other] = await Promise.all([openBeside(pebble.directory), openBeside(pebble.directory)])
  await Promise.all([waitFor(one.acme, name), waitFor(other.acme, name)])
  expect([one, other].flatMap(({ observer }) => events(observer, 'certificate.issued'))).toHaveLength(1)
  expect(one.acme.find(name)?.cert).toBe(other.acme.find(name)?.cert)
  await Promise.all([one.acme.close(), other.acme.close()])
})

it('starts again with what it had, while the authority is away', async () => {
  const { folder } = kept()
  await writeFile(join(folder, 'names', 'spoiled.example.test.pem'), 'no certificate')
  const before = await kept().find(hostOf(refs.one))
  const { acme, observer } = await openBeside(pebble.directory, (name) => name !== 'spoiled.example.test')
  expect(before?.cert).toBe(acme.find(hostOf(refs.one))?.cert)
  expect(await kept().names()).not.toContain('spoiled.example.test')
  expect(observer.seen).toEqual([])
  await acme.close()
})
