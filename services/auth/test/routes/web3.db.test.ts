// Signing in with wallets that sign for real.

import { sql } from '@plinth/postgres'
import { ethereumWallet, solanaWallet } from '@plinth/testing/wallets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth({
    external_web3_ethereum_enabled: true,
    external_web3_solana_enabled: true,
    site_url: 'https://shop.test',
    uri_allow_list: 'https://other.test,https://other.test/,http://localhost:5000/**',
    rate_limit_web3: 100_000,
  })
})
afterAll(() => project.drop())

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
const wallets = { ethereum: ethereumWallet, solana: solanaWallet }
type Chain = keyof typeof wallets
const title = { ethereum: 'Ethereum', solana: 'Solana' }
const network = { ethereum: '1', solana: 'solana:mainnet' }

type Words = { domain?: string; uri?: string; issuedAt?: number; more?: string; statement?: string }
const text = (chain: Chain, address: string, words: Words = {}): string => {
  const {
    domain = 'shop.test',
    uri = 'https://shop.test/',
    issuedAt = Date.now(),
    more = '',
    statement,
  } = words
  const said = statement === undefined ? '' : `${statement}\n\n`
  return `${domain} wants you to sign in with your ${title[chain]} account:\n${address}\n\n${said}URI: ${uri}\nVersion: 1\nChain ID: ${network[chain]}\nNonce: 12345678\nIssued At: ${new Date(issuedAt).toISOString()}${more}`
}
const enter = (body: object, service = auth) => {
  // Each address has thirty tries at once.
  service.pass(0.001)
  return service.ask('POST', '/token?grant_type=web3', body)
}
const signed = (chain: Chain, words?: Words) => {
  const wallet = wallets[chain]()
  const message = text(chain, wallet.address, words)
  return { chain, message, signature: wallet.sign(message), address: wallet.address }
}

describe.each(['ethereum', 'solana'] as const)('%s', (chain) => {
  it('makes an account for an address and finds it again', async () => {
    const wish = signed(chain, { statement: 'I agree' })
    const { status, body } = await enter(wish)
    expect(status).toBe(200)
    expect(body.user).toMatchObject({
      email: '',
      app_metadata: { provider: 'web3', providers: ['web3'] },
      identities: [{ provider: 'web3', id: `web3:${chain}:${wish.address}` }],
    })
    expect(body.user.identities[0].identity_data).toMatchObject({
      sub: `web3:${chain}:${wish.address}`,
      custom_claims: {
        address: wish.address,
        chain,
        network: network[chain],
        domain: 'shop.test',
        statement: 'I agree',
      },
    })
    expect(claimsOf(body.access_token)).toMatchObject({ aal: 'aal1', amr: [{ method: 'web3' }] })
    expect((await enter(wish)).body.user.id).toBe(body.user.id)
    expect((await enter(signed(chain))).body.user.id).not.toBe(body.user.id)
    const deeds = await project.admin.query(sql`
      select payload->'traits' as traits from auth.audit_log_entries
      where payload->>'action' = 'login' and payload->>'actor_id' = ${body.user.id} limit 1`)
    const { address } = wish
    expect(deeds).toMatchObject([{ traits: { provider: 'web3', chain, address, uri: 'https://shop.test/' } }])
  })

  const minute = 60_000
  it.each([
    [{ uri: 'http://shop.test/' }, 'is using URI which does not use HTTPS'],
    [{ uri: 'https://evil.test/', domain: 'evil.test' }, 'is using URI which is not allowed on this server'],
    [{ domain: 'other.test' }, 'is using a Domain that does not match'],
    [{ uri: 'https://other.test:8443' }, 'is using URI which is not allowed'],
    [
      { more: `\nNot Before: ${new Date(Date.now() + 5 * minute).toISOString()}` },
      'becomes valid in the future',
    ],
    [
      {
        issuedAt: Date.now() - 5 * minute,
        more: `\nExpiration Time: ${new Date(Date.now() - minute).toISOString()}`,
      },
      'is expired',
    ],
    [{ issuedAt: Date.now() - 11 * minute }, 'message was issued too long ago'],
    [{ issuedAt: Date.now() + 12 * minute }, 'message was issued too far in the future'],
  ])('refuses %j', async (words, description) => {
    expect(await enter(signed(chain, words))).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant', error_description: expect.stringContaining(description) },
    })
  })

  it('takes a site of the allow list, and this machine without HTTPS', async () => {
    for (const words of [
      { uri: 'https://other.test/', domain: 'other.test' },
      { uri: 'http://localhost:5000/in', domain: 'localhost:5000' },
    ])
      expect((await enter(signed(chain, words))).status).toBe(200)
  })

  it('takes no signature of another wallet, of another text, nor rubbish', async () => {
    const own = signed(chain)
    const other = signed(chain)
    const refused = { status: 400, body: { error: 'invalid_grant' } }
    expect(await enter({ ...own, signature: other.signature })).toMatchObject(refused)
    expect(await enter({ ...own, message: own.message.replace('12345678', '87654321') })).toMatchObject(
      refused,
    )
    const zeros = chain === 'ethereum' ? `0x${'0'.repeat(130)}` : 'A'.repeat(86)
    expect(await enter({ ...own, signature: zeros })).toMatchObject(refused)
    const short = await enter({ ...own, signature: own.signature.slice(0, -4) })
    expect(short).toMatchObject({ status: 400, body: { error_code: 'validation_failed' } })
    expect((await enter({ ...own, message: 'x' })).body.msg).toBe('message is too short')
    expect((await enter({ ...own, message: 'x'.repeat(20_481) })).body.msg).toBe(
      'message must not exceed 20KB',
    )
    expect((await enter({ ...own, message: 'x'.repeat(100) })).body.error_code).toBe('validation_failed')
  })

  it('is off until somebody turns it on', async () => {
    const other = chain === 'ethereum' ? 'solana' : 'ethereum'
    const off = await project.auth({ [`external_web3_${other}_enabled`]: true })
    expect(await enter(signed(chain), off)).toMatchObject({
      status: 422,
      body: { error_code: 'web3_provider_disabled', msg: `${title[chain]} Web3 provider is disabled` },
    })
  })
})

it('takes what a Ledger signed for Solana', async () => {
  const wallet = solanaWallet()
  const message = text('solana', wallet.address)
  const signature = wallet.signFramed(message, 'shop.test')
  expect((await enter({ chain: 'solana', message, signature })).status).toBe(200)
})

it('takes no Ethereum signature without its 0x', async () => {
  const wish = signed('ethereum')
  expect((await enter({ ...wish, signature: wish.signature.slice(2) })).body.error).toBe('invalid_grant')
})

it('knows no other chains, is limited, and asks for a captcha', async () => {
  expect(await enter({ chain: 'bitcoin' })).toMatchObject({
    status: 400,
    body: { error_code: 'web3_unsupported_chain', msg: 'Unsupported chain' },
  })
  const off = await project.auth({ rate_limit_web3: 1 })
  const answers = []
  for (let index = 0; index < 31; index += 1)
    answers.push(await off.ask('POST', '/token?grant_type=web3', {}))
  expect(answers[0]).toMatchObject({ status: 422, body: { msg: 'Web3 provider is disabled' } })
  expect(answers.at(-1)?.status).toBe(429)
  const guarded = await project.auth({ external_web3_solana_enabled: true, security_captcha_enabled: true })
  expect((await enter(signed('solana'), guarded)).body.error_code).toBe('captcha_failed')
})

it('makes no account where sign-ups are closed', async () => {
  const wish = signed('ethereum')
  const config = { external_web3_ethereum_enabled: true, site_url: 'https://shop.test', disable_signup: true }
  const closed = await project.auth(config)
  expect((await enter(wish, closed)).body.error_code).toBe('signup_disabled')
  expect((await enter(wish)).status).toBe(200)
  expect((await enter(wish, closed)).status).toBe(200)
})
