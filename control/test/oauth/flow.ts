// An app, a person who owns the organization, and their way through consent to tokens.

import { expect } from 'vitest'
import type { TestControl } from '../test-control.ts'
import { authorizePath, callback, form, newApp, signedIn } from './apps.ts'

export const codeOf = ({ location }: { location: string }): string =>
  new URL(location).searchParams.get('code') ?? ''

export const openFlow = async (t: TestControl) => {
  const app = await newApp(t)
  const { browser } = await signedIn(t, { organization: t.organization, role: 'owner' })

  const agree = async (
    params: Record<string, string> = {},
    chosen: Record<string, string | string[]> = {},
  ) => {
    const asked = await browser.open(authorizePath(app.client_id, params))
    expect(asked).toMatchObject({ status: 302, location: expect.stringMatching(/^\/oauth\/consent\?ask=/) })
    const page = await browser.open(asked.location)
    expect(page.status).toBe(200)
    return browser.submit(page, '/oauth/consent', {
      decision: 'allow',
      organization: t.organization,
      reach: 'all',
      ...chosen,
    })
  }

  const client = { client_id: app.client_id, client_secret: app.client_secret }
  const exchange = (fields: Record<string, string>, headers: object = {}) =>
    form(
      t,
      '/v1/oauth/token',
      { grant_type: 'authorization_code', redirect_uri: callback, ...fields },
      headers,
    )
  const tokens = async (params = {}, chosen = {}) =>
    (await exchange({ ...client, code: codeOf(await agree(params, chosen)) })).body
  const orgs = async (token: string) => t.call('GET', '/v1/organizations', { token })
  const projects = async (token: string) => t.call('GET', '/v1/projects', { token })
  return { app, browser, client, agree, exchange, tokens, orgs, projects }
}
