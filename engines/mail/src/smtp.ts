// A conversation with a mail server. The library is loaded with the first message: most branches never send one.

import type { Transporter } from 'nodemailer'

export type SmtpOptions = {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly pass: string
  /** Address that messages come from, and the name beside it. */
  readonly from: { readonly address: string; readonly name: string }
  /** Name that the server is greeted with. */
  readonly greeting?: string
}

export type Message = {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

export type Transport = {
  readonly send: (message: Message) => Promise<void>
  readonly close: () => void
}

/** Nobody waits longer for a server that does not answer. */
const patience = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }

const open = async ({ host, port, user, pass, greeting }: SmtpOptions): Promise<Transporter> => {
  const { createTransport } = await import('nodemailer')
  return createTransport({
    host,
    port,
    // 465 speaks TLS from the start; the other ports switch to it when the server can.
    secure: port === 465,
    ...(user === '' ? {} : { auth: { user, pass } }),
    ...(greeting === undefined ? {} : { name: greeting }),
    ...patience,
    // A message is words: it never reads a file or fetches an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

export const smtpTransport = (options: SmtpOptions): Transport => {
  let opening: Promise<Transporter> | undefined
  return {
    send: async ({ to, ...content }) => {
      opening ??= open(options)
      const transporter = await opening
      // As objects: text that looks like a list of addresses stays one address.
      await transporter.sendMail({ ...content, from: options.from, to: { name: '', address: to } })
    },
    close: () => {
      void opening?.then((transporter) => transporter.close())
    },
  }
}
