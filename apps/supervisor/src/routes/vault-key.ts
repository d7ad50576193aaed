// GET and PUT /branches/{ref}/vault-key: the key that a branch's secrets are encrypted with.

import { VaultKey } from '@plinth/contracts'
import type { ServicePlugin } from '@plinth/http'
import type { Branches } from '../branches.ts'
import { errors } from '../errors.ts'
import type { Host } from '../host.ts'
import { parseRef } from './parse-ref.ts'

export const vaultKey =
  (branches: Branches, databases: Host['databases']): ServicePlugin =>
  async (app) => {
    const find = (params: unknown) => {
      const { ref } = branches.get(parseRef(params))
      const postgres = databases.get(ref)?.postgres
      if (!postgres) throw errors.branchNotFound(ref)
      return postgres
    }
    app.get(
      '/branches/:ref/vault-key',
      async (request): Promise<VaultKey> => ({ key: await find(request.params).vault.readKey() }),
    )
    app.put('/branches/:ref/vault-key', async (request): Promise<VaultKey> => {
      const { success, data } = VaultKey.safeParse(request.body)
      if (!success) throw errors.badRequest('key: 64 hexadecimal digits')
      const { vault, isAlive } = find(request.params)
      await vault.writeKey(data.key)
      if (isAlive) await vault.lay()
      return data
    })
  }
