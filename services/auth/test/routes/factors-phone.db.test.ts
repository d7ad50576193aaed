// Phones as second factors.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimsOf, phoneSteps, phonesOn } from '../phone-steps.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth({
    ...phonesOn,
    mfa_phone_template: '{{ .Code }} is it',
    mfa_phone_max_frequency: 60,
  })
})
afterAll(() => project.drop())

const { newPhone, signUp, enroll, challenge, show } = phoneSteps(() => auth)

describe('a phone', () => {
  it("gets a code in the project's own words; the code raises the session", async () => {
    const { token } = await signUp()
    const phone = newPhone()
    const { status, body: factor } = await enroll(token, `+${phone}`)
    expect([status, factor]).toEqual([
      200,
      { id: expect.any(String), type: 'phone', friendly_name: 'phone', phone: `+${phone}` },
    ])
    const { body: asked } = await challenge(token, factor.id)
    expect(asked).toEqual({ id: expect.any(String), type: 'phone', expires_at: expect.any(Number) })
    const letter = auth.letters.at(-1)
    expect(letter).toMatchObject({ kind: 'sms', to: phone, channel: 'sms', text: `${letter?.code} is it` })
    expect(letter?.code).toMatch(/^\d{6}$/)
    expect((await show(token, factor.id, { challenge_id: asked.id, code: '' })).body.error_code).toBe(
      'validation_failed',
    )
    const wrong = letter?.code === '111111' ? '222222' : '111111'
    expect(await show(token, factor.id, { challenge_id: asked.id, code: wrong })).toMatchObject({
      status: 422,
      body: { error_code: 'mfa_verification_failed', msg: 'Invalid MFA Phone code entered' },
    })
    const { body } = await show(token, factor.id, { challenge_id: asked.id, code: letter?.code ?? '' })
    const { aal, amr } = claimsOf(body.access_token)
    expect([aal, amr.map(({ method }: { method: string }) => method).sort()]).toEqual([
      'aal2',
      ['mfa/phone', 'password'],
    ])
    expect(body.user.factors).toMatchObject([{ factor_type: 'phone', phone, status: 'verified' }])
    const again = await show(token, factor.id, { challenge_id: asked.id, code: letter?.code ?? '' })
    expect(again.body.error_code).toBe('mfa_ip_address_mismatch')
  })

  it('two questions at the same moment send one code', async () => {
    const { token } = await signUp()
    const { body: factor } = await enroll(token, newPhone())
    auth.letters.splice(0)
    const both = await Promise.all([challenge(token, factor.id), challenge(token, factor.id)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 429])
    expect(auth.letters).toHaveLength(1)
  })

  it('is asked no oftener than the project allows', async () => {
    const { token } = await signUp()
    const { body: factor } = await enroll(token, newPhone())
    expect((await challenge(token, factor.id)).status).toBe(200)
    expect(await challenge(token, factor.id)).toMatchObject({
      status: 429,
      body: { error_code: 'over_sms_send_rate_limit' },
    })
    auth.pass(61)
    expect((await challenge(token, factor.id)).status).toBe(200)
  })

  it('a new attempt with the same number takes the place of the old one, until one is verified', async () => {
    const { token } = await signUp()
    const phone = newPhone()
    const { body: first } = await enroll(token, phone, 'one')
    const { body: second } = await enroll(token, phone, 'two')
    const { body: me } = await auth.ask('GET', '/user', undefined, { token })
    expect(me.factors.map(({ id }: { id: string }) => id)).toEqual([second.id])
    expect(first.id).not.toBe(second.id)
    const { body: asked } = await challenge(token, second.id)
    const { body } = await show(token, second.id, {
      challenge_id: asked.id,
      code: auth.letters.at(-1)?.code ?? '',
    })
    const refused = await enroll(body.access_token, phone, 'three')
    expect(refused).toMatchObject({ status: 422, body: { error_code: 'mfa_verified_factor_exists' } })
    expect((await enroll(body.access_token, newPhone(), 'four')).status).toBe(200)
  })

  it.each([
    [{ phone: '' }, 400],
    [{ phone: '+05' }, 400],
    [{ phone: 'call me' }, 400],
  ])('refuses %j', async (more, status) => {
    const { token } = await signUp()
    const wish = { factor_type: 'phone', friendly_name: 'x', ...more }
    const answer = await auth.ask('POST', '/factors', wish, { token })
    expect(answer).toMatchObject({ status, body: { error_code: 'validation_failed' } })
  })

  it('is off until somebody turns it on', async () => {
    const off = await project.auth()
    const { token } = await signUp(off)
    expect((await enroll(token, newPhone(), 'x', off)).body.error_code).toBe('mfa_phone_enroll_not_enabled')
    const { body: factor } = await enroll(token, newPhone())
    for (const answer of [
      await challenge(token, factor.id, 'sms', off),
      await show(token, factor.id, { challenge_id: factor.id, code: '1' }, off),
    ])
      expect(answer.body.error_code).toBe('mfa_phone_verify_not_enabled')
  })

  it('gets another number from an administrator, but not one that the user has already', async () => {
    const { id, token } = await signUp()
    const [phone, other] = [newPhone(), newPhone()]
    const { body: factor } = await enroll(token, phone)
    await enroll(token, other, 'other')
    const change = (wish: object) =>
      auth.ask('PUT', `/admin/users/${id}/factors/${factor.id}`, wish, { token: auth.serviceToken })
    const next = newPhone()
    expect((await change({ phone: `+${next}`, friendly_name: 'new' })).body).toMatchObject({
      phone: next,
      friendly_name: 'new',
    })
    expect((await change({ phone: 'x' })).status).toBe(400)
    expect((await change({ phone: other })).status).toBe(422)
    expect((await change({ friendly_name: 'other' })).status).toBe(422)
  })
})
