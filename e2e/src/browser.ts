// A real browser for tests: the one that the bootstrap prepared (`tools/bootstrap/chromium.mjs`).

import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const recordFile = join(resolve(import.meta.dirname, '../..'), '.runtime/chromium.json')

type Found = { readonly program: string; readonly environment: Readonly<Record<string, string>> }

const findBrowser = async (): Promise<Found> => {
  const text = await readFile(recordFile, 'utf8').catch(() => {
    throw new Error(
      'There is no browser yet: run `node tools/bootstrap.mjs --tests`, which says what is missing.',
    )
  })
  return JSON.parse(text) as Found
}

export const openBrowser = async (): Promise<Browser> => {
  const { program, environment } = await findBrowser()
  return chromium.launch({
    executablePath: program,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment },
    // Its own sandbox needs rights that a test's user may lack; it sees pages of the test alone.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
}

/** Gives a page a keeper of keys, in its machine or plugged in, that is touched at once; answers how many it keeps. */
export const addAuthenticator = async (
  context: BrowserContext,
  page: Page,
  transport: 'internal' | 'usb',
): Promise<() => Promise<number>> => {
  const cdp = await context.newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport,
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length
}
