// Replaces the key of SAML without a moment in which sign-ins fail: announce it, wait until the identity providers have
// read the project's document again (an hour, where they do by themselves), promote it.

import { z } from 'zod'
import { errors } from '../frame/errors.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { changeProject } from '../projects/spec.ts'
import { problemOfStep, samlKeySteps, takeStep } from './saml-key.ts'

export const rotateSamlKey = operation({
  name: 'auth-config.rotate-saml-key',
  about:
    'Replaces the key that SAML requests are signed with, in two steps: announce a new one, promote it when identity providers know it. Withdraw takes an announced one back.',
  rest: {
    method: 'POST',
    path: '/v1/projects/:ref/config/auth/saml-key',
    status: 200,
    id: 'v1-rotate-saml-key',
    tag: 'Auth',
  },
  scope: onProject('auth_config_write'),
  input: z.object({ ...byRef, step: z.enum(samlKeySteps) }),
  output: z.object({ next_key_announced: z.boolean() }),
  run: (call, { ref, step }) =>
    changeProject(call, ref, 'have its SAML key replaced', async ({ spec }) => {
      const problem = problemOfStep(spec.auth, step)
      if (problem !== undefined) throw errors.invalid([`step: ${problem}`])
      const auth = await takeStep(spec.auth, step)
      return { result: { next_key_announced: step === 'announce' }, spec: { ...spec, auth } }
    }),
})
