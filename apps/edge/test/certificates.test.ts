// HTTPS at the entrance: by host name, with certificates of the installation or of its operator.

import { readFile, rename, writeFile } from 'node:fs/promises'
import { request as openRequest } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { openAuthority } from '@plinth/certificates'
import { leakCheck } from '@plinth/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Edge } from '../src/edge.ts'
import { echo, hostOf } from './client.ts'
import { refs, type Stage, sealKey, setStage } from './stage.ts'

const checkLeaks = leakCheck()
let stage: Stage
let edge: Edge
let ca: string

const own = 'own.plinth.test'

beforeAll(async () => {
  stage = await setStage()
  await stage.startSupervisor()
  await stage.serve(join(stage.run, 'control.sock'), echo('control'))
  const project = await stage.serve(join(stage.run, `${refs.one}.sock`), echo('one'))
  project.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n')
    socket.pipe(socket)
  })
  // As if bought elsewhere.
  const other = (await openAuthority(join(stage.run, 'other'), sealKey)).issue([own])
  const files = { PLINTH_TLS_CERT_FILE: join(stage.run, 'cert'), PLINTH_TLS_KEY_FILE: join(stage.run, 'key') }
  await writeFile(files.PLINTH_TLS_CERT_FILE, other.cert)
  await writeFile(files.PLINTH_TLS_KEY_FILE, other.key)
  stage.tell(stage.route(refs.one, 'awake'))
  edge = await stage.startEdge(files)
  ca = await readFile(join(stage.run, 'tls/ca.pem'), 'utf8')
  await vi.waitFor(async () => expect(await ask(hostOf(refs.one))).toMatchObject({ name: 'one' }))
})
afterAll(async () => {
  await stage.close()
  await checkLeaks()
})

/** What an HTTPS client gets that trusts `trusted` alone, or the code of its error. */
const ask = (host: string, trusted = ca) =>
  new Promise<Record<string, any>>((resolve) => {
    const options = { port: edge.tlsPort, host: '127.0.0.1', headers: { host }, agent: false } as const
    const sent = openRequest({ ...options, servername: host, ca: trusted }, (answer) => {
      void text(answer).then((body) => resolve(JSON.parse(body)))
    })
    sent.on('error', (error) => resolve({ code: (error as NodeJS.ErrnoException).code }))
    sent.end()
  })

/** What a client gets that was given an address; checks only by whom the certificate is. */
const askUnnamed = (trusted: string) =>
  new Promise<Record<string, any>>((resolve) => {
    const sent = openRequest(
      {
        port: edge.tlsPort,
        host: '127.0.0.1',
        ca: trusted,
        agent: false,
        checkServerIdentity: () => undefined,
      },
      (answer) => void text(answer).then((body) => resolve(JSON.parse(body))),
    )
    sent.on('error', (error) => resolve({ code: (error as NodeJS.ErrnoException).code }))
    sent.end()
  })

describe('HTTPS', () => {
  it.each([
    ['a project', () => hostOf(refs.one), 'one'],
    ['the Management API', () => 'plinth.test', 'control'],
    ['the Management API by its other name', () => 'api.plinth.test', 'control'],
  ])('reaches %s, which learns that it was HTTPS', async (_what, host, name) => {
    expect(await ask(host())).toMatchObject({
      name,
      headers: { 'x-forwarded-proto': 'https', 'x-forwarded-port': String(edge.tlsPort) },
    })
  })

  it('has no certificate for a project that is not there', async () => {
    expect(await ask(`db.${hostOf(refs.two)}`)).toEqual({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })

  it("shows the operator's certificate for the name it covers, and only there", async () => {
    expect((await ask(own))['code']).toMatch(/SELF_SIGNED|UNABLE/)
    const trusted = await readFile(join(stage.run, 'other/ca.pem'), 'utf8')
    expect(await ask(own, trusted)).toMatchObject({ code: 'host_not_found' })
  })

  it('carries WebSockets', async () => {
    const echoed = new Promise((resolve, reject) => {
      const sent = openRequest({
        port: edge.tlsPort,
        host: '127.0.0.1',
        servername: hostOf(refs.one),
        ca,
        headers: { host: hostOf(refs.one), connection: 'Upgrade', upgrade: 'websocket' },
      })
      sent.on('upgrade', (_answer, socket) => {
        socket.once('data', (bytes: Buffer) => {
          resolve(bytes.toString())
          socket.destroy()
        })
        socket.write('hello')
      })
      sent.on('error', reject).end()
    })
    expect(await echoed).toBe('hello')
  })
})

it('takes a new certificate of the operator while it runs, and not half of one', async () => {
  const authority = await openAuthority(join(stage.run, 'renewed'), sealKey)
  const trusted = await readFile(join(stage.run, 'renewed/ca.pem'), 'utf8')
  // Nobody answers at this name; who says so was reached over TLS.
  const isTrusted = { code: 'host_not_found' }
  const renewed = authority.issue([own])
  await writeFile(join(stage.run, 'cert.new'), renewed.cert)
  await writeFile(join(stage.run, 'key.new'), renewed.key)
  await rename(join(stage.run, 'cert.new'), join(stage.run, 'cert'))
  // The key is still the old one: nothing breaks.
  expect(await ask(own, await readFile(join(stage.run, 'other/ca.pem'), 'utf8'))).toMatchObject(isTrusted)
  await rename(join(stage.run, 'key.new'), join(stage.run, 'key'))
  await vi.waitFor(async () => expect(await ask(own, trusted)).toMatchObject(isTrusted), {
    interval: 100,
  })
  // Also to clients that name no host: their connection alone makes the entrance look at the files.
  await vi.waitFor(async () => expect(await askUnnamed(trusted)).toMatchObject({ name: 'control' }), {
    interval: 100,
  })
})
