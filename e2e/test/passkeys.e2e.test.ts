// Passkeys, security keys and wallets with the official client: the first two in a real browser with a key inside.

import { ethereumWallet, solanaWallet } from '@plinth/testing/wallets'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addAuthenticator, openBrowser } from '../src/browser.ts'
import { copyInstallation } from '../src/copy.ts'
import type { Installation } from '../src/installation.ts'
import { createProject, makeManage, type Project } from '../src/manage.ts'
import { openSite, type Site } from '../src/site.ts'

let installation: Installation
let project: Project
let site: Site
let browser: Browser
beforeAll(async () => {
  ;[installation, site, browser] = await Promise.all([copyInstallation(), openSite(), openBrowser()])
  const manage = makeManage(installation)
  project = await createProject(manage, 'keys')
  const { status } = await manage('PATCH', `/v1/projects/${project.ref}/config/auth`, {
    site_url: site.url,
    passkey_enabled: true,
    webauthn_rp_display_name: 'The shop',
    webauthn_rp_id: 'localhost',
    webauthn_rp_origins: site.url,
    mfa_web_authn_enroll_enabled: true,
    mfa_web_authn_verify_enabled: true,
    external_web3_ethereum_enabled: true,
    external_web3_solana_enabled: true,
  })
  expect(status).toBe(200)
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
  await installation?.remove()
})

type Window = { supabase: { createClient: typeof createClient }; client: SupabaseClient }

/** A page of the site with a client in it, and a key beside it. */
const openPage = async (keeper: 'internal' | 'usb') => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const countKeys = await addAuthenticator(context, page, keeper)
  await page.goto(site.url)
  await page.waitForFunction(() => 'supabase' in globalThis)
  await page.evaluate(
    ([url, key]) => {
      const self = globalThis as unknown as Window
      self.client = self.supabase.createClient(url, key, { auth: { experimental: { passkey: true } } })
    },
    [project.url, project.keys.publishable] as const,
  )
  return { context, page, countKeys }
}

/** Runs in the page; answers what the client said, errors by their codes. */
const say = <T>(page: Page, work: (client: any, more: string) => Promise<T>, more = ''): Promise<T> =>
  page.evaluate(`(${String(work)})(globalThis.client, ${JSON.stringify(more)})`) as Promise<T>

const signUp = (page: Page, email: string) =>
  say(
    page,
    async (client, email) => (await client.auth.signUp({ email, password: 'correct horse' })).error?.code,
    email,
  )
const levelOf = (page: Page): Promise<string> =>
  say(page, async (client) => (await client.auth.mfa.getAuthenticatorAssuranceLevel()).data.currentLevel)

describe('a passkey', () => {
  test('is made, signs in without a name, is renamed and removed', async () => {
    const { context, page, countKeys } = await openPage('internal')
    expect(await signUp(page, 'passkey@keys.test')).toBeUndefined()
    const made = await say(page, async (client) => {
      const { data, error } = await client.auth.registerPasskey()
      return { id: data?.id, problem: error?.message }
    })
    expect(made).toEqual({ id: expect.any(String), problem: undefined })
    expect(await countKeys()).toBe(1)
    const signedIn = await say(page, async (client) => {
      await client.auth.signOut()
      const { data, error } = await client.auth.signInWithPasskey()
      const { data: claims } = await client.auth.getClaims()
      return { email: data?.user?.email, problem: error?.message, method: claims?.claims.amr[0].method }
    })
    expect(signedIn).toEqual({ email: 'passkey@keys.test', problem: undefined, method: 'passkey' })
    const kept = await say(
      page,
      async (client, passkeyId) => {
        const { data: renamed } = await client.auth.passkey.update({ passkeyId, friendlyName: 'Laptop' })
        const { data: list } = await client.auth.passkey.list()
        const { error } = await client.auth.passkey.delete({ passkeyId })
        await client.auth.signOut()
        const { error: refused } = await client.auth.signInWithPasskey()
        return {
          name: renamed?.friendly_name,
          count: list?.length,
          problem: error?.message,
          refused: refused?.code,
        }
      },
      made.id,
    )
    expect(kept).toEqual({
      name: 'Laptop',
      count: 1,
      problem: undefined,
      refused: 'webauthn_verification_failed',
    })
    await context.close()
  })
})

describe('a security key', () => {
  test('is a second factor: made once, asked for at the next sign-in', async () => {
    const { context, page, countKeys } = await openPage('usb')
    expect(await signUp(page, 'factor@keys.test')).toBeUndefined()
    const registered = await say(page, async (client) => {
      const { error } = await client.auth.mfa.webauthn.register({ friendlyName: 'Key' })
      return error?.message
    })
    expect(registered).toBeUndefined()
    expect([await countKeys(), await levelOf(page)]).toEqual([1, 'aal2'])
    const again = await say(page, async (client) => {
      await client.auth.signOut()
      await client.auth.signInWithPassword({ email: 'factor@keys.test', password: 'correct horse' })
      const { data: before } = await client.auth.mfa.getAuthenticatorAssuranceLevel()
      const low = await client.auth.updateUser({ password: 'another horse' })
      const { data: factors } = await client.auth.mfa.listFactors()
      const factorId = factors.webauthn[0].id
      const { error } = await client.auth.mfa.webauthn.authenticate({ factorId })
      const high = await client.auth.updateUser({ password: 'another horse' })
      return {
        before: before.currentLevel,
        wanted: before.nextLevel,
        low: low.error?.code,
        problem: error?.message,
        high: high.error?.code,
      }
    })
    expect(again).toEqual({
      before: 'aal1',
      wanted: 'aal2',
      low: 'insufficient_aal',
      problem: undefined,
      high: undefined,
    })
    expect(await levelOf(page)).toBe('aal2')
    await context.close()
  })
})

describe('a wallet', () => {
  const open = () =>
    createClient(project.url, project.keys.publishable, {
      auth: { persistSession: false, autoRefreshToken: false },
    })

  test.each([
    ['ethereum', ethereumWallet],
    ['solana', solanaWallet],
  ] as const)('of %s signs in, and is known the next time', async (chain, make) => {
    const wallet = make()
    const enter = async () => {
      const wish = { chain, statement: 'I am me', wallet, options: { url: site.url } }
      const { data, error } = await open().auth.signInWithWeb3(wish as never)
      expect(error).toBeNull()
      return data.user
    }
    const first = await enter()
    const claims = first?.identities?.[0]?.identity_data?.['custom_claims']
    expect(String(claims?.address).toLowerCase()).toBe(wallet.address.toLowerCase())
    expect((await enter())?.id).toBe(first?.id)
  })
})
