// What must never sign anybody in: answers that nobody signed, or somebody else, or that were made for another place,
// another time or another sign-in, and signatures that are moved around.

import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fragmentOf, queryOf } from '../open-id-provider.ts'
import { type How, keys, type Said, type SamlProvider, samlKey, startSamlProvider } from '../saml-provider.ts'
import { type Answer, type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let idp: SamlProvider
let service: TestAuth
/** Nobody may try often: each part of the story has its own tries. */
const startAnew = async () => {
  service = await project.auth(config)
}
const config = { saml_enabled: true, saml_private_key: samlKey }
beforeAll(async () => {
  project = await testProject()
  idp = await startSamlProvider()
  service = await project.auth(config)
  const wish = { type: 'saml', metadata_xml: idp.metadata(), domains: ['work.test'] }
  await service.ask('POST', '/admin/sso/providers', wish, { token: service.serviceToken })
})
afterAll(async () => {
  await project.drop()
  await idp.close()
})

const sessions = async () =>
  (await project.admin.one<{ n: number }>(sql`select count(*)::int as n from auth.sessions`)).n

/** To the site, with the reason and nothing else. */
const expectRefused = (reply: Answer, code = 'validation_failed') => {
  expect(reply.status).toBe(303)
  expect(queryOf(reply).get('error_code')).toBe(code)
  expect(fragmentOf(reply).get('access_token')).toBeNull()
}
const post = (SAMLResponse: string, RelayState = '') => idp.post(service, { SAMLResponse, RelayState })
const decode = (text: string) => Buffer.from(text, 'base64').toString()
const encode = (text: string) => Buffer.from(text).toString('base64')

const wrong: [name: string, said: Partial<Said>, how: How][] = [
  ['that nobody signed', {}, { signed: 'nothing' }],
  ['signed with another key', {}, { key: keys.other }],
  ['whose response is signed with another key', {}, { key: keys.other, signed: 'response' }],
  ['of another issuer', { issuer: 'https://other.test/idp' }, {}],
  ['for another audience', { audience: 'http://other.localhost:8000/auth/v1/sso/saml/metadata' }, {}],
  ['for another recipient', { recipient: 'http://other.localhost:8000/auth/v1/sso/saml/acs' }, {}],
  ['for another destination', { destination: 'http://other.localhost:8000/auth/v1/sso/saml/acs' }, {}],
  ['that is over', { until: -200 }, {}],
  ['that is not valid yet', { from: 400 }, {}],
  ['that was issued long ago', { issued: -600 }, {}],
  ['of tomorrow', { issued: 86_400 }, {}],
  ['whose bearer is not its subject', { method: 'sender-vouches' }, {}],
  ['to a request, without its state', { inResponseTo: 'id-anything' }, {}],
  ['of a sign-in that failed', { status: 'Responder' }, {}],
  ['with an encrypted assertion, where those are off', {}, { isEncrypted: true }],
]

describe('an answer', () => {
  it.each(wrong)('%s signs nobody in', async (_name, said, how) => {
    const before = await sessions()
    const reply = await post(await idp.answer(service, said, how))
    expectRefused(reply, said.issuer === undefined ? 'validation_failed' : 'saml_idp_not_found')
    expect(await sessions()).toBe(before)
  })

  it('counts once', async () => {
    const answer = await idp.answer(service, { nameId: 'once' })
    expect(fragmentOf(await post(answer)).get('access_token')).toBeTruthy()
    expectRefused(await post(answer))
    const twin = await project.auth(config)
    expectRefused(await idp.post(twin, { SAMLResponse: answer, RelayState: '' }))
    const resigned = await idp.answer(service, {
      nameId: 'once',
      id: /ID="(_assertion\d+)"/.exec(decode(answer))?.[1] ?? '',
    })
    expectRefused(await post(resigned))
  })

  it('counts once, even when it comes twice at the same time', async () => {
    const answer = await idp.answer(service, { nameId: 'race' })
    const replies = await Promise.all([post(answer), post(answer), post(answer)])
    const tokens = replies.filter((reply) => fragmentOf(reply).get('access_token'))
    expect(tokens).toHaveLength(1)
  })

  it.each([
    ['nothing', '', 'SAMLResponse is missing'],
    ['no base64', '%%%', 'SAMLResponse is not a valid Base64 string'],
    ['no XML', encode('hello'), 'SAMLResponse is not a valid XML SAML assertion'],
    [
      'a document type',
      encode('<!DOCTYPE x [<!ENTITY a "b">]><x/>'),
      'SAMLResponse is not a valid XML SAML assertion',
    ],
  ])('that is %s is refused', async (_name, text, message) => {
    const reply = await post(text)
    expectRefused(reply)
    expect(queryOf(reply).get('error_description')).toBe(message)
  })

  it('to a request of another project is refused there and here', async () => {
    const other = await project.auth({ ...config, saml_external_url: 'https://other.example/auth/v1' })
    const acs = 'https://other.example/auth/v1/sso/saml'
    const theirs = { destination: `${acs}/acs`, recipient: `${acs}/acs`, audience: `${acs}/metadata` }
    expectRefused(await post(await idp.answer(service, theirs)))
    expectRefused(await idp.post(other, { SAMLResponse: await idp.answer(service), RelayState: '' }))
    const good = await idp.post(other, { SAMLResponse: await idp.answer(other, theirs), RelayState: '' })
    expect(fragmentOf(good).get('access_token')).toBeTruthy()
  })
})

describe('the state of a sign-in', () => {
  beforeAll(startAnew)
  const start = async () => {
    const wish = { domain: 'work.test', skip_http_redirect: true }
    const { body } = await service.ask('POST', '/sso', wish)
    const { request, relayState } = await idp.readRequest(service, body.url)
    return { inResponseTo: request.request.id, relayState }
  }

  it('is good for one answer, to its own request', async () => {
    const [mine, other] = [await start(), await start()]
    expectRefused(
      await post(await idp.answer(service, { inResponseTo: other.inResponseTo }), mine.relayState),
    )
    const late = await idp.answer(service, { inResponseTo: mine.inResponseTo })
    expectRefused(await post(late, mine.relayState), 'saml_relay_state_not_found')
    expectRefused(await post(await idp.answer(service), other.relayState))
  })

  it('is over after two minutes', async () => {
    const { inResponseTo, relayState } = await start()
    const later = await project.auth(config)
    later.pass(121)
    const SAMLResponse = await idp.answer(service, { inResponseTo })
    expectRefused(await idp.post(later, { SAMLResponse, RelayState: relayState }), 'saml_relay_state_expired')
  })

  it.each([
    ['nobody knows', 'saml_relay_state_not_found', '14d906bf-9bd5-4734-b7d1-3904e240610e'],
    ['means nothing', 'validation_failed', 'anything'],
  ])('that %s is refused', async (_name, code, state) => {
    expectRefused(await post(await idp.answer(service), state), code)
  })

  it('of a provider that was switched off leads nowhere', async () => {
    const { inResponseTo, relayState } = await start()
    await project.admin.run(sql`update auth.sso_providers set disabled = true`)
    const SAMLResponse = await idp.answer(service, { inResponseTo })
    expectRefused(await post(SAMLResponse, relayState), 'sso_provider_disabled')
    expectRefused(await post(await idp.answer(service)), 'sso_provider_disabled')
    const { body } = await service.ask('POST', '/sso', { domain: 'work.test' })
    expect(body.error_code).toBe('sso_provider_disabled')
    await project.admin.run(sql`update auth.sso_providers set disabled = false`)
  })
})

describe('a signature that is moved', () => {
  beforeAll(startAnew)
  const forge = (assertion: string) =>
    assertion
      .replace(/ID="_assertion\d+"/, 'ID="_forged"')
      .replace('ada-at-work', 'eve-at-work')
      .replace('ada@work.test', 'eve@work.test')
  const assertionOf = (xml: string) => /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(xml)?.[0] ?? ''
  const unsigned = (assertion: string) => assertion.replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, '')
  const signatureOf = (xml: string) => /<ds:Signature[\s\S]*<\/ds:Signature>/.exec(xml)?.[0] ?? ''

  const moves: [name: string, move: (xml: string) => string, how?: How][] = [
    ['words are changed under it', (xml) => xml.replace('ada@work.test', 'eve@work.test')],
    [
      'words are changed under it, in a response',
      (xml) => xml.replace('ada@work.test', 'eve@work.test'),
      { signed: 'response' },
    ],
    [
      'a forged assertion stands before the signed one',
      (xml) => xml.replace('<saml:Assertion', `${unsigned(forge(assertionOf(xml)))}<saml:Assertion`),
    ],
    [
      'a forged assertion stands after the signed one',
      (xml) => xml.replace('</samlp:Response>', `${unsigned(forge(assertionOf(xml)))}</samlp:Response>`),
    ],
    [
      'the signed one hides among extensions',
      (xml) => {
        const signed = assertionOf(xml)
        const hidden = `<samlp:Extensions>${signed}</samlp:Extensions><samlp:Status>`
        return xml.replace(signed, unsigned(forge(signed))).replace('<samlp:Status>', hidden)
      },
    ],
    [
      'the signed one hides in the forged one',
      (xml) => {
        const signed = assertionOf(xml)
        return xml.replace(
          signed,
          unsigned(forge(signed)).replace(
            '</saml:Assertion>',
            `<saml:Advice>${signed}</saml:Advice></saml:Assertion>`,
          ),
        )
      },
    ],
    [
      'the signed one hides in its own signature',
      (xml) => {
        const signed = assertionOf(xml)
        const hidden = signatureOf(xml).replace(
          '</ds:Signature>',
          `<ds:Object>${unsigned(signed)}</ds:Object></ds:Signature>`,
        )
        return xml.replace(signed, forge(signed).replace(signatureOf(xml), hidden))
      },
    ],
    [
      'the forged one takes the name of the signed one',
      (xml) => {
        const signed = assertionOf(xml)
        const id = /ID="(_assertion\d+)"/.exec(signed)?.[1] ?? ''
        const forged = forge(signed).replace('_forged', id)
        return xml.replace(
          signed,
          forged.replace(
            '</saml:Assertion>',
            `<saml:Advice>${unsigned(signed)}</saml:Advice></saml:Assertion>`,
          ),
        )
      },
    ],
    [
      'the signed response hides in a forged one',
      (xml) => {
        const outer = forge(xml)
          .replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, '')
          .replace(/ID="_response\d+"/, 'ID="_outer"')
        return outer.replace('<samlp:Status>', `<samlp:Extensions>${xml}</samlp:Extensions><samlp:Status>`)
      },
      { signed: 'response' },
    ],
    [
      'a comment cuts a name short',
      (xml) =>
        xml
          .replace('ada-at-work', 'ada<!-- -->-at-work')
          .replace('ada@work.test', 'ada@work<!-- -->.test.evil.test'),
    ],
    ['it is taken away', (xml) => xml.replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, '')],
  ]
  it.each(moves)('when %s: nobody comes in', async (_name, move, how = {}) => {
    const before = await sessions()
    const good = decode(await idp.answer(service, {}, how))
    const moved = move(good)
    expect(moved).not.toBe(good)
    expectRefused(await post(encode(moved)))
    expect(await sessions()).toBe(before)
  })

  it('reads no more of a name than was signed', async () => {
    const good = decode(
      await idp.answer(service, { nameId: 'fay@work.test.evil.test', attributes: { mail: 'fay@x.test' } }),
    )
    const cut = good.replace('fay@work.test.evil.test', 'fay@work.test<!-- -->.evil.test')
    const reply = await post(encode(cut))
    const token = fragmentOf(reply).get('access_token') ?? ''
    const { body } = await service.ask('GET', '/user', undefined, { token })
    expect(body.identities[0].id).toBe('fay@work.test.evil.test')
  })
})

describe('encrypted assertions', () => {
  it.each([
    ['signed inside', { isEncrypted: true }],
    ['signed outside', { isEncrypted: true, signed: 'response' }],
  ] as const)('count where they are allowed, %s', async (_name, how) => {
    const open = await project.auth({ ...config, saml_allow_encrypted_assertions: true })
    const SAMLResponse = await idp.answer(open, {}, how)
    expect(decode(SAMLResponse)).not.toContain('ada@work.test')
    const reply = await idp.post(open, { SAMLResponse, RelayState: '' })
    expect(fragmentOf(reply).get('access_token')).toBeTruthy()
    const forged = await idp.answer(open, {}, { ...how, key: keys.other })
    expectRefused(await idp.post(open, { SAMLResponse: forged, RelayState: '' }))
  })
})
