// Templates and sending of mail.

export { type Layout, layOut } from './layout.ts'
export { escapeHtml, renderTemplate, TemplateError } from './render-template.ts'
export { type Message, type SmtpOptions, smtpTransport, type Transport } from './smtp.ts'
export { textOfHtml } from './text-of-html.ts'
