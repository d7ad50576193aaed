// Asks the control plane of this machine's installation, over the socket that only its user can open.

import { join } from 'node:path'
import { type Environment, loadConfig } from '@plinth/config'
import { isPlinthError } from '@plinth/errors'
import { unixClient } from '@plinth/http'
import { z } from 'zod'
import { OperatorConfig } from '../config.ts'
import { errors } from '../errors.ts'
import { runFolder } from '../up/installation.ts'

const Refusal = z.object({ message: z.string() })

export type Ask = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
) => Promise<unknown>

/** Runs `work` with a connection, and closes it afterwards. */
export const withControlPlane = async (
  env: Environment,
  work: (ask: Ask) => Promise<void>,
): Promise<void> => {
  const socket = join(runFolder(loadConfig(OperatorConfig, env).PLINTH_DATA), 'control-admin.sock')
  const client = unixClient(socket)
  const ask: Ask = async (method, path, body) => {
    const answer = await client.request(method, path, body)
    if (answer.status < 400) return answer.body
    const refusal = Refusal.safeParse(answer.body)
    throw errors.refused(
      refusal.success ? refusal.data.message : `The control plane answered ${answer.status}.`,
    )
  }
  try {
    await work(ask)
  } catch (error) {
    const isAway = isPlinthError(error) && error.code === 'process_not_reachable'
    throw isAway ? errors.notRunning(socket) : error
  } finally {
    await client.close()
  }
}
