// Letters through the project's own mail server.

import type { AuthConfig } from '@plinth/contracts'
import { smtpTransport } from '@plinth/mail'
import type { Mail } from './letter.ts'

type SmtpConfig = Pick<
  AuthConfig,
  'smtp_host' | 'smtp_port' | 'smtp_user' | 'smtp_pass' | 'smtp_admin_email' | 'smtp_sender_name' | 'site_url'
>

const submission = 587

const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).hostname : 'localhost')

export const smtpMail = (config: SmtpConfig): Mail & { readonly close: () => void } => {
  const site = hostOf(config.site_url)
  const address = config.smtp_admin_email || config.smtp_user
  return smtpTransport({
    host: config.smtp_host,
    port: Number(config.smtp_port) || submission,
    user: config.smtp_user,
    pass: config.smtp_pass,
    from: { address: address.includes('@') ? address : `no-reply@${site}`, name: config.smtp_sender_name },
    greeting: site,
  })
}
