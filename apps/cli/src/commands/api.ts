// `plinth api`: every operation of the Management API as a command.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Environment, loadConfig } from '@plinth/config'
import { z } from 'zod'
import { requestOf } from '../api/call.ts'
import { readOperations } from '../api/describe.ts'
import { explainOperation, listOperations } from '../api/explain.ts'
import { OperatorConfig } from '../config.ts'
import { errors } from '../errors.ts'
import type { Command } from './command.ts'

const usage = `Usage: plinth api <operation> [--name value …]
       plinth api <operation> --help

  Values that are not text are JSON; a list may be repeated. The answer is printed as JSON.
  The token is PLINTH_ACCESS_TOKEN, or that of the first owner (first-run.json in the data folder).
`

const FirstRun = z.object({ access_token: z.string() })

const findToken = async (env: Environment, data: string): Promise<string> => {
  const given = env['PLINTH_ACCESS_TOKEN']
  if (given) return given
  const text = await readFile(join(data, 'first-run.json'), 'utf8').catch(() => '{}')
  const { data: first } = FirstRun.safeParse(JSON.parse(text))
  if (first === undefined)
    throw errors.usage('Set PLINTH_ACCESS_TOKEN (`plinth token add` makes one).', 'api')
  return first.access_token
}

const isHelp = (word: string): boolean => word === '--help' || word === '-h'

const fetchFrom = async (url: string, init?: RequestInit): Promise<Response> =>
  fetch(url, init).catch(() => {
    throw errors.notRunning(url)
  })

/** Prints what came; the exit code says whether it was an answer or a refusal. */
const show = async (reply: Response): Promise<number> => {
  const text = await reply.text()
  const isJson = reply.headers.get('content-type')?.includes('json') === true
  const shown = isJson && text !== '' ? JSON.stringify(JSON.parse(text), undefined, 2) : text
  if (reply.ok) {
    if (shown !== '') console.log(shown)
    return 0
  }
  console.error(`${reply.status} ${shown}`)
  return 1
}

export const api: Command = {
  name: 'api',
  about: 'Calls any operation of the Management API (plinth api --help lists them).',
  run: async ({ env, args: [name, ...rest] }) => {
    const { PLINTH_PORT, PLINTH_DATA } = loadConfig(OperatorConfig, env)
    const base = `http://127.0.0.1:${PLINTH_PORT}`
    const operations = readOperations(await (await fetchFrom(`${base}/v1/openapi.json`)).json())
    if (name === undefined || isHelp(name)) {
      console.log(`${usage}\n${listOperations(operations)}`)
      return name === undefined ? 2 : 0
    }
    const operation = operations.find((one) => one.name === name || one.id === name)
    if (operation === undefined) throw errors.usage(`There is no operation "${name}".`, 'api')
    if (rest.some(isHelp)) {
      console.log(explainOperation(operation))
      return 0
    }
    const { method, path, headers, body } = await requestOf(operation, rest)
    const authorization = `Bearer ${await findToken(env, PLINTH_DATA)}`
    const sent = {
      ...headers,
      authorization,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    return show(
      await fetchFrom(`${base}${path}`, { method, headers: sent, ...(body !== undefined && { body }) }),
    )
  },
}
