// The words of our letters. Projects with templates of their own will fill them in here.

import type { Letter, LetterKind } from './letter.ts'

type Words = { readonly subject: string; readonly lead: string; readonly button: string }

const words: Readonly<Record<LetterKind, Words>> = {
  confirmation: {
    subject: 'Confirm your email address',
    lead: 'Follow this link to confirm your email address and finish signing up:',
    button: 'Confirm email address',
  },
  invite: {
    subject: 'You have been invited',
    lead: 'You have been invited to create an account. Follow this link to accept:',
    button: 'Accept the invitation',
  },
  recovery: {
    subject: 'Reset your password',
    lead: 'Somebody, we hope you, asked to reset your password. Follow this link to choose a new one:',
    button: 'Reset password',
  },
  magic_link: {
    subject: 'Your sign-in link',
    lead: 'Follow this link to sign in:',
    button: 'Sign in',
  },
  email_change: {
    subject: 'Confirm the change of your email address',
    lead: 'Follow this link to confirm the change of your email address:',
    button: 'Confirm change',
  },
  reauthentication: {
    subject: 'Confirm that it is you',
    lead: 'Enter this code to confirm that it is you:',
    button: '',
  },
  sms: { subject: '', lead: '', button: '' },
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (letter) => escapes[letter] ?? letter)

type Content = Pick<Letter, 'kind' | 'to' | 'code' | 'link'>

export const writeLetter = ({ kind, to, code, link }: Content): Letter => {
  const { subject, lead, button } = words[kind]
  if (kind === 'sms') return { kind, to, code, link: '', subject, text: `Your code is ${code}`, html: '' }
  const hasLink = button !== ''
  const or = hasLink ? 'Or enter this code: ' : ''
  const anchor = hasLink ? `<p><a href="${escaped(link)}">${escaped(button)}</a></p>` : ''
  return {
    kind,
    to,
    code,
    link,
    subject,
    text: [lead, ...(hasLink ? [link] : []), `${or}${code}`].join('\n\n'),
    html: `<h2>${escaped(subject)}</h2><p>${escaped(lead)}</p>${anchor}<p>${or}<strong>${code}</strong></p>`,
  }
}
