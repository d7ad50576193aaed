// CPU of one request by step: node:http alone, our server, our server behind the gateway. Each runs in a
// process of its own on a socket: `node --conditions=source bench/request-line.bench.ts`.

import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type DirectService,
  listenOnSocket,
  makeServer,
  NodeCarrier,
  type ServicePlugin,
  unixClient,
} from '@plinth/http'
import { makeObserve } from '@plinth/observe'
import { gatewayDialect, makeGateway } from '../src/index.ts'
import { branch, keys, tokens } from '../test/a-branch.ts'

const body = JSON.stringify([{ id: 1, title: 'a row of a table' }])
const path = '/rest/v1/items?id=eq.1&select=id,title'
const requests = 30_000
const inFlight = 16

const rest: ServicePlugin = async (app) => {
  app.get('/*', (_, reply) => void reply.header('content-type', 'application/json').send(body))
}
const lines = () => makeObserve({ sink: { file: '/dev/null' } })

const servers = {
  'node:http alone': async () =>
    createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(body)
    }),
  'our server, no lines': async () => {
    const app = makeServer({ observe: () => undefined })
    await app.register(rest, { prefix: '/rest/v1' })
    return app
  },
  'our server': async () => {
    const app = makeServer({ observe: lines() })
    await app.register(rest, { prefix: '/rest/v1' })
    return app
  },
  'behind the gateway': async () => {
    const app = makeServer({ observe: lines(), dialect: gatewayDialect, trustProxy: true })
    await app.register(makeGateway({ spec: branch, services: { rest }, direct: {}, observe: lines() }).plugin)
    return app
  },
  'on the hot line': async () => {
    const direct: DirectService = {
      name: 'rest',
      answer: async () => ({ status: 200, headers: { 'content-type': 'application/json' }, body }),
      dialect: gatewayDialect,
    }
    const gateway = makeGateway({ spec: branch, services: {}, direct: { rest: direct }, observe: lines() })
    return createServer((request, response) =>
      gateway.findDirect(request.url ?? '/')?.(new NodeCarrier(request, response)),
    )
  },
}
type Name = keyof typeof servers

const serve = async (name: Name, socket: string) => {
  await listenOnSocket(await servers[name](), socket)
  process.on('message', () => process.send?.(process.cpuUsage()))
  // The keys of `a-branch.ts` are new in each process.
  process.send?.({ apikey: keys.publishable, authorization: `Bearer ${tokens.user}`, 'user-agent': 'node' })
}

const measure = async (name: Name, folder: string) => {
  const socket = join(folder, 's.sock')
  const child = fork(new URL(import.meta.url).pathname, [name, socket], { execArgv: ['--conditions=source'] })
  const hear = () => new Promise<unknown>((resolve) => child.once('message', resolve))
  const cpu = async () => {
    const heard = hear()
    child.send('cpu')
    const { user, system } = (await heard) as NodeJS.CpuUsage
    return user + system
  }
  const headers = (await hear()) as Record<string, string>
  const client = unixClient(socket)
  const load = (count: number) => {
    let left = count
    const walk = async () => {
      while (left-- > 0) {
        const { status } = await client.request('GET', path, undefined, { headers })
        if (status !== 200) throw new Error(`${name} answered ${status}.`)
      }
    }
    return Promise.all(Array.from({ length: inFlight }, walk))
  }
  await load(5000)
  const before = await cpu()
  await load(requests)
  const micros = ((await cpu()) - before) / requests
  await client.close()
  child.kill()
  return micros
}

const [name, socket] = process.argv.slice(2)
if (name !== undefined && socket !== undefined) await serve(name as Name, socket)
else {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  for (const one of Object.keys(servers) as Name[]) {
    const runs = [await measure(one, folder), await measure(one, folder), await measure(one, folder)]
    const median = runs.sort((a, b) => a - b)[1]
    console.log(
      JSON.stringify({ name: one, unit: 'µs of CPU a request', median: Number(median?.toFixed(1)) }),
    )
  }
  rmSync(folder, { recursive: true })
}
