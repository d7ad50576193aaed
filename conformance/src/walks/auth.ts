// supabase-js on users and sessions.

import assert from 'node:assert/strict'
import { createClient } from '@supabase/supabase-js'
import type { Walk } from '../walk.ts'

const password = 'correct horse battery'

export const auth: Walk = {
  area: 'supabase-js: auth',
  steps: ({ project }) => {
    const open = (key = project.keys.publishable) =>
      createClient(project.url, key, { auth: { persistSession: false, autoRefreshToken: false } })
    const user = open()
    const admin = open(project.keys.secret).auth.admin
    const email = `walk-${Date.now()}@example.com`
    return [
      [
        'sign up',
        async () =>
          assert.equal(
            (await user.auth.signUp({ email, password, options: { data: { colour: 'blue' } } })).data.user
              ?.user_metadata['colour'],
            'blue',
          ),
      ],
      [
        'the same address again',
        async () =>
          assert.equal((await open().auth.signUp({ email, password })).error?.code, 'user_already_exists'),
      ],
      [
        'sign in',
        async () => assert.equal((await user.auth.signInWithPassword({ email, password })).error, null),
      ],
      ['claims', async () => assert.equal((await user.auth.getClaims()).data?.claims['email'], email)],
      [
        'update the user',
        async () =>
          assert.equal(
            (await user.auth.updateUser({ data: { colour: 'green' } })).data.user?.user_metadata['colour'],
            'green',
          ),
      ],
      [
        'change the password',
        async () => {
          assert.equal((await user.auth.updateUser({ password: `${password}!` })).error, null)
          assert.equal(
            (await open().auth.signInWithPassword({ email, password })).error?.code,
            'invalid_credentials',
          )
          assert.equal(
            (await open().auth.signInWithPassword({ email, password: `${password}!` })).error,
            null,
          )
        },
      ],
      [
        'a weak password',
        async () =>
          assert.deepEqual(
            (await open().auth.signUp({ email: `w${email}`, password: 'abc' })).error?.code,
            'weak_password',
          ),
      ],
      ['refresh', async () => assert.equal((await user.auth.refreshSession()).error, null)],
      [
        'others are signed out',
        async () => {
          const other = open()
          await other.auth.signInWithPassword({ email, password: `${password}!` })
          assert.equal((await user.auth.signOut({ scope: 'others' })).error, null)
          assert.equal((await user.auth.getUser()).error, null)
          assert.equal((await other.auth.getUser()).error?.name, 'AuthSessionMissingError')
        },
      ],
      ['sign out', async () => assert.equal((await user.auth.signOut()).error, null)],
      [
        'admin creates, reads, lists, updates, deletes',
        async () => {
          const made = await admin.createUser({
            email: `admin-${email}`,
            password,
            email_confirm: true,
            app_metadata: { plan: 'pro' },
          })
          const id = made.data.user?.id ?? ''
          assert.equal((await admin.getUserById(id)).data.user?.app_metadata['plan'], 'pro')
          assert.ok((await admin.listUsers({ page: 1, perPage: 50 })).data.users.some((one) => one.id === id))
          assert.equal((await admin.updateUserById(id, { ban_duration: '1h' })).error, null)
          assert.equal(
            (await open().auth.signInWithPassword({ email: `admin-${email}`, password })).error?.code,
            'user_banned',
          )
          assert.equal((await admin.deleteUser(id)).error, null)
          assert.equal((await admin.getUserById(id)).error?.code, 'user_not_found')
        },
      ],
      [
        'admin is closed to others',
        async () => assert.equal((await open().auth.admin.listUsers()).error?.status, 403),
      ],
    ]
  },
}
