// `--ready`: asks the admin server of a running one.

import type { Settings } from './config/settings.ts'
import { isSpecialHost } from './host.ts'

export type Verdict = { readonly isReady: boolean; readonly text: string }

const no = (text: string): Verdict => ({ isReady: false, text: `ERROR: ${text}` })

export const askReady = async ({ admin: { host, port } }: Settings): Promise<Verdict> => {
  if (port === null) return no('Admin server is not running. Please check admin-server-port config.')
  if (isSpecialHost(host))
    return no(
      `The \`--ready\` flag cannot be used when server-host is configured as "${host}". Please update your server-host config to "localhost".`,
    )
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/ready`
  if (!URL.canParse(url)) return no(`invalid url - ${url}`)
  try {
    const { ok } = await fetch(url)
    return ok ? { isReady: true, text: `OK: ${url}` } : no(url)
  } catch {
    return no(`connection refused to ${url}`)
  }
}
