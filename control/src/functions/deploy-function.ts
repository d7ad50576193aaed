// Deploys a function from its sources, or only bundles it so that several can be activated at once.

import { z } from 'zod'
import { FormInput } from '../frame/form.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { changeDeployed } from './change-functions.ts'
import { activateVersion, addVersion } from './deploy.ts'
import { FunctionReply, showFunction } from './function-reply.ts'
import { readDeployment } from './read-deployment.ts'

export const deployFunction = operation({
  name: 'functions.deploy',
  about: 'Deploys an edge function from its source files.',
  rest: {
    method: 'POST',
    path: '/v1/projects/:ref/functions/deploy',
    status: 201,
    id: 'v1-deploy-a-function',
    tag: 'Edge Functions',
    bodyAs: 'form',
    consumes: ['multipart/form-data'],
  },
  scope: onProject('edge_functions_write'),
  input: z.object({
    ...byRef,
    slug: z.string().optional(),
    bundleOnly: z.boolean().default(false).describe('Do not let the version answer yet.'),
    form: FormInput,
  }),
  output: FunctionReply,
  run: (call, { ref, slug, bundleOnly, form }) => {
    const wish = readDeployment(form, slug)
    return changeDeployed(call, ref, async (db) => {
      const added = await addVersion(db, ref, wish)
      return showFunction(ref, bundleOnly ? added : await activateVersion(db, added.version))
    })
  },
})
