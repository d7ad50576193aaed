// `plinth user`: the people of an installation, looked after on the machine itself.

import { z } from 'zod'
import { readPassword } from '../people/read-password.ts'
import { commandOf } from '../people/subcommands.ts'
import { printTable } from '../people/table.ts'

const Credentials = z.object({ email: z.string(), password: z.string() })
const People = z.array(
  z.object({
    email: z.string(),
    username: z.string(),
    has_password: z.boolean(),
    organizations: z.array(z.object({ slug: z.string(), name: z.string(), role: z.string() })),
  }),
)

const path = (email: string, tail = ''): string => `/people/${encodeURIComponent(email)}${tail}`

/** A password that was given is not repeated. */
const printCredentials = (reply: unknown, given: { password?: string }): void => {
  const { email, password } = Credentials.parse(reply)
  console.log(`E-mail     ${email}`)
  if (given.password === undefined) console.log(`Password   ${password}   (shown once)`)
}

export const user = commandOf('user', 'Adds, lists and removes people, and sets their passwords.', [
  {
    name: 'add',
    takes: ['email'],
    about: 'Makes an account. Without an organization the person gets one of their own.',
    options: {
      organization: { type: 'string' },
      role: { type: 'string' },
      name: { type: 'string' },
      'password-stdin': { type: 'boolean' },
    },
    explained: {
      '--organization <slug>': 'organization to join (`plinth user list` shows slugs)',
      '--role <role>': 'owner, administrator, developer (default) or read-only',
      '--name <name>': 'how the person is called',
      '--password-stdin': 'read the password from the standard input instead of making one',
    },
    run: async (ask, { words: [email], options }) => {
      const given = await readPassword(options['password-stdin'])
      const { organization, role, name: username } = options
      printCredentials(await ask('POST', '/people', { email, organization, role, username, ...given }), given)
    },
  },
  {
    name: 'list',
    takes: [],
    about: 'Lists everybody, with their organizations and roles.',
    run: async (ask) => {
      const people = People.parse(await ask('GET', '/people'))
      const rows = people.flatMap(({ email, username, has_password, organizations }) =>
        (organizations.length === 0 ? [undefined] : organizations).map((one) => [
          email,
          username,
          has_password ? 'yes' : 'no',
          one === undefined ? '' : `${one.slug} (${one.name})`,
          one?.role ?? '',
        ]),
      )
      printTable(['E-MAIL', 'NAME', 'PASSWORD', 'ORGANIZATION', 'ROLE'], rows)
    },
  },
  {
    name: 'password',
    takes: ['email'],
    about: 'Sets a new password and signs the person out everywhere.',
    options: { 'password-stdin': { type: 'boolean' } },
    explained: { '--password-stdin': 'read it from the standard input instead of making one' },
    run: async (ask, { words: [email = ''], options }) => {
      const given = await readPassword(options['password-stdin'])
      printCredentials(await ask('PUT', path(email, '/password'), given), given)
    },
  },
  {
    name: 'remove',
    takes: ['email'],
    about: 'Removes an account with its tokens and memberships.',
    run: async (ask, { words: [email = ''] }) => {
      await ask('DELETE', path(email))
      console.log(`Removed ${email}.`)
    },
  },
])
