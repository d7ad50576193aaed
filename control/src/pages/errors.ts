// What can go wrong on a page, in words for who reads it.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('pages', {
  formNotOurs: () => ({
    code: 'form_not_ours',
    kind: 'caller',
    status: 403,
    message:
      'This form was not sent from this page, or the page was open too long. Go back, reload and try again.',
  }),
  noLetter: () => ({
    code: 'no_letter',
    kind: 'caller',
    status: 404,
    message: 'This letter is not in the inbox: it never was, or a thousand newer ones have come since.',
  }),
  badLink: (what: string) => ({
    code: 'bad_link',
    kind: 'caller',
    status: 400,
    message: `${what} Go back to the program that sent you here and start again.`,
  }),
  tooManyTries: (seconds: number) => ({
    code: 'too_many_tries',
    kind: 'limit',
    status: 429,
    message: `Too many attempts. Try again in ${seconds} seconds.`,
  }),
})
