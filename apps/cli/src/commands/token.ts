// `plinth token`: access tokens of people, made on the machine itself.

import { z } from 'zod'
import { errors } from '../errors.ts'
import { commandOf, type Given } from '../people/subcommands.ts'
import { printTable } from '../people/table.ts'

const Token = z.object({
  id: z.string(),
  name: z.string(),
  token_alias: z.string(),
  permissions: z.array(z.string()).nullable(),
  expires_at: z.string().nullable(),
  last_used_at: z.string().nullable(),
})
const NewToken = Token.extend({ token: z.string() })

const path = (email: string, tail = ''): string => `/people/${encodeURIComponent(email)}/tokens${tail}`
const day = (time: string | null): string => time?.slice(0, 10) ?? 'never'

/** `a,b` and repeated options alike; absent when the option was not given. */
const listOf = (given: Given['options'][string]): string[] | undefined =>
  given === undefined
    ? undefined
    : [given].flat().flatMap((one) =>
        String(one)
          .split(',')
          .map((name) => name.trim()),
      )

/** `30d` or a date; absent when the option was not given. */
export const readExpiry = (text: unknown, now = Date.now()): string | undefined => {
  if (text === undefined) return undefined
  const days = /^(\d{1,3})d$/.exec(String(text))?.[1]
  const time = days === undefined ? Date.parse(String(text)) : now + Number(days) * 86_400_000
  if (Number.isNaN(time))
    throw errors.usage('--expires must be a number of days such as 30d, or a date.', 'token')
  return new Date(time).toISOString()
}

export const token = commandOf('token', 'Makes, lists and revokes access tokens of people.', [
  {
    name: 'add',
    takes: ['email'],
    about: 'Makes an access token. Without a scope it may all that the person may.',
    options: {
      name: { type: 'string' },
      scope: { type: 'string', multiple: true },
      'read-only': { type: 'boolean' },
      organization: { type: 'string', multiple: true },
      project: { type: 'string', multiple: true },
      expires: { type: 'string' },
    },
    explained: {
      '--name <name>': 'what it is for (default: plinth)',
      '--scope <permission>': 'such as database_read; repeat it, or join several with commas',
      '--read-only': 'every permission that reads',
      '--organization <slug>': 'only in this organization; may be repeated',
      '--project <ref>': 'only in this project; may be repeated',
      '--expires <when>': '30d or a date; at most a year ahead, needed with any limit',
    },
    run: async (ask, { words: [email = ''], options }) => {
      const made = NewToken.parse(
        await ask('POST', path(email), {
          name: options['name'] ?? 'plinth',
          permissions: listOf(options['scope']),
          read_only: options['read-only'],
          organizations: listOf(options['organization']),
          projects: listOf(options['project']),
          expires_at: readExpiry(options['expires']),
        }),
      )
      console.log(`Token      ${made.token}   (shown once)`)
      console.log(`Id         ${made.id}`)
      console.log(`Expires    ${day(made.expires_at)}`)
    },
  },
  {
    name: 'list',
    takes: ['email'],
    about: "Lists a person's access tokens, without the tokens themselves.",
    run: async (ask, { words: [email = ''] }) => {
      const tokens = z.array(Token).parse(await ask('GET', path(email)))
      const rows = tokens.map((one) => [
        one.id,
        one.name,
        one.token_alias,
        one.permissions === null ? 'everything' : `${one.permissions.length} permissions`,
        day(one.expires_at),
        day(one.last_used_at),
      ])
      printTable(['ID', 'NAME', 'TOKEN', 'MAY', 'EXPIRES', 'LAST USED'], rows)
    },
  },
  {
    name: 'revoke',
    takes: ['email', 'id'],
    about: 'Ends an access token at once.',
    run: async (ask, { words: [email = '', id = ''] }) => {
      await ask('DELETE', path(email, `/${encodeURIComponent(id)}`))
      console.log('Revoked.')
    },
  },
])
