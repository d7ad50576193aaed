// Where letters and texts go: to whoever the stack hands them to, else through the project's own mail server and
// provider of text messages, and to its inbox where it has none.

import type { Outbound } from '@plinth/http'
import type { AuthDeps } from '../deps.ts'
import { inboxMail } from './inbox.ts'
import type { Mail } from './letter.ts'
import { smsMail } from './sms-providers.ts'
import { smtpMail } from './smtp-mail.ts'

export type OpenMail = Mail & { readonly close: () => void }

export const openMail = (deps: AuthDeps, outbound: Outbound): OpenMail => {
  const { mail, config } = deps
  if (mail !== undefined) return { send: mail.send, close: () => undefined }
  const inbox = inboxMail(deps)
  const smtp = config.smtp_host === '' ? undefined : smtpMail(config)
  const letters = smtp ?? inbox
  const texts = config.sms_provider === '' ? inbox : smsMail(config, outbound)
  return {
    send: (letter) => (letter.kind === 'sms' ? texts : letters).send(letter),
    close: () => smtp?.close(),
  }
}
