// What a public authority issued, as files: whole pairs or nothing.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Authority, issuedFolder, openAuthority, renewAt } from '../src/index.ts'

const sealKey = randomBytes(32)

const directory = 'https://acme.example.test/directory'
let data: string
let authority: Authority

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'issued-'))
  authority = await openAuthority(join(data, 'tls'), sealKey)
})
afterAll(() => rm(data, { recursive: true }))

it('keeps a certificate with its key, and forgets why there was none', async () => {
  const issued = issuedFolder(data, directory, sealKey)
  const name = 'one.example.test'
  const refusal = { reason: 'no', at: '2026-01-01T00:00:00Z', attempts: 1, next: '2026-01-02T00:00:00Z' }
  await issued.refuse(name, refusal)
  expect([await issued.find(name), await issued.findRefusal(name)]).toEqual([undefined, refusal])
  const { cert, key, until } = authority.issue([name])
  await issued.keep(name, { cert, key })
  const found = await issuedFolder(data, directory, sealKey).find(name)
  expect(found?.cert.trim()).toBe(cert.trim())
  expect(found?.until.getTime()).toBe(Math.floor(until.getTime() / 1000) * 1000)
  expect(await issued.findRefusal(name)).toBeUndefined()
  expect(await issuedFolder(data, `${directory}/staging`, sealKey).names()).toEqual([])
})

it('takes no certificate with the key of another', async () => {
  const issued = issuedFolder(data, directory, sealKey)
  const stranger = await openAuthority(join(data, 'other'), sealKey)
  const { cert } = authority.issue(['two.example.test'])
  const { key } = stranger.issue(['two.example.test'])
  await expect(issued.keep('two.example.test', { cert, key })).rejects.toThrow('another key')
  await writeFile(join(issued.folder, 'names/two.example.test.pem'), `${cert}${key}`)
  expect(await issued.find('two.example.test')).toBeUndefined()
})

it.each(['../account', 'a/b', '', '.hidden', 'a b'])('has no file for %j', async (name) => {
  await expect(issuedFolder(data, directory, sealKey).find(name)).rejects.toThrow('no host name')
})

it('renews at two thirds of the life', () => {
  const [from, until] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-04-01T00:00:00Z')]
  expect(renewAt({ from, until })).toEqual(new Date('2026-03-02T00:00:00Z'))
})
