// Triggers of the project's owner may refuse what happens to people: what the caller is told then.

import { raw, sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auth: TestAuth
const account = { email: 'ada@x.test', password: 'correct horse' }
const named = { headers: { 'x-supabase-api-version': '2024-01-01' } }

beforeAll(async () => {
  project = await testProject()
  auth = await project.auth()
  await auth.ask('POST', '/signup', account)
})
afterAll(() => project.drop())

/** While `work` runs, the table refuses. */
const refusing = async (event: string, body: string, work: () => Promise<void>): Promise<void> => {
  const run = (text: string) => project.admin.run(sql`${raw(text)}`)
  await run(
    `create or replace function public.no() returns trigger language plpgsql as $$begin ${body} end$$`,
  )
  await run(`create trigger no before ${event} for each row execute function public.no()`)
  try {
    await work()
  } finally {
    await run(`drop trigger no on ${event.split(' on ')[1]}`)
  }
}

const signIn = (how = {}) => auth.ask('POST', '/token?grant_type=password', account, how)

describe('words of the owner', () => {
  it('reach clients that name no version as Postgres says them', async () => {
    const body = `raise exception 'not on Sundays' using hint = 'come tomorrow';`
    await refusing('insert on auth.users', body, async () => {
      const wish = { ...account, email: 'new@x.test' }
      const said = { code: 'P0001', message: 'not on Sundays', hint: 'come tomorrow' }
      expect(await auth.ask('POST', '/signup', wish)).toMatchObject({ status: 500, body: said })
      const reply = await auth.ask('POST', '/signup', wish, named)
      const known = { code: 'unexpected_failure', message: 'Database error saving new user' }
      expect(reply).toMatchObject({ status: 500, body: known })
    })
  })

  it('choose a status, also where several statements travel together', async () => {
    await refusing('update on auth.users', `raise exception 'blocked' using errcode = 'PT403';`, async () => {
      expect(await signIn()).toMatchObject({ status: 403, body: { code: 'PT403', message: 'blocked' } })
    })
  })
})

it('mistakes of the owner stay inside; the caller learns what was being done', async () => {
  const { body: session } = await signIn()
  const token = session.access_token
  const msgs = async (replies: readonly Promise<{ readonly body: any }>[]) =>
    (await Promise.all(replies)).map(({ body }) => body.msg)
  await refusing('update on auth.users', 'perform nothing();', async () => {
    expect(
      await msgs([
        signIn(),
        auth.ask('PUT', '/user', { data: { a: 1 } }, { token }),
        auth.ask('PUT', '/user', { password: 'battery staple' }, { token }),
        auth.ask('POST', '/recover', { email: account.email }),
      ]),
    ).toEqual([
      'Database error granting user',
      'Error updating user',
      'Error during password storage',
      'Error sending recovery email',
    ])
  })
  await refusing('insert on auth.identities', 'perform nothing();', async () => {
    const wish = { ...account, email: 'other@x.test' }
    expect(await msgs([auth.ask('POST', '/signup', wish)])).toEqual(['Error creating identity'])
  })
  await refusing('delete on auth.sessions', 'perform nothing();', async () => {
    expect(await msgs([auth.ask('POST', '/logout', undefined, { token })])).toEqual([
      'Error logging out user',
    ])
  })
})
