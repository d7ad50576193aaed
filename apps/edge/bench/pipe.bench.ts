// What one request costs at the edge: CPU of the edge's own process for each proxied GET, next to what it costs
// without an edge between. The project is a bare node:http server in another process. Prints JSON lines.

import { fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { Agent, createServer, get } from 'node:http'
import { refs, setStage } from '../test/stage.ts'

const seconds = 3
const inFlight = 32

type Target = { readonly port?: number; readonly socketPath?: string }

/** Microseconds of CPU that a process has used, from Linux's own count of 10 ms ticks. */
const cpuMicros = async (pid: number): Promise<number> => {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

const load = async (name: string, target: Target, pid: number): Promise<void> => {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight })
  const ask = () =>
    new Promise<void>((resolve, reject) => {
      get(
        { ...target, agent, path: '/rest/v1/x', headers: { host: `${refs.one}.plinth.test` } },
        (answer) => {
          answer.resume().once('end', resolve)
        },
      ).once('error', reject)
    })
  const run = async (until: number) => {
    let done = 0
    const client = async () => {
      while (performance.now() < until) {
        await ask()
        done += 1
      }
    }
    await Promise.all(Array.from({ length: inFlight }, client))
    return done
  }
  await run(performance.now() + 1000)
  const before = await cpuMicros(pid)
  const done = await run(performance.now() + seconds * 1000)
  const micros = ((await cpuMicros(pid)) - before) / done
  console.log(
    JSON.stringify({ name, perSecond: Math.round(done / seconds), micros: Number(micros.toFixed(1)) }),
  )
  agent.destroy()
}

const [role, socket = `/tmp/edge-bench-${process.pid}.sock`] = process.argv.slice(2)

/** Starts this file again in another role; resolves with what it says when it is ready. */
const start = async (name: string) => {
  const child = fork(import.meta.filename, [name, socket], { execArgv: process.execArgv })
  const port = await new Promise<unknown>((resolve) => child.once('message', resolve))
  return { child, port: Number(port), pid: child.pid ?? 0 }
}

if (role === 'stack') {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end('[{"id":1}]')
  })
  server.listen(socket, () => process.send?.(0))
} else if (role === 'edge') {
  const stage = await setStage()
  await stage.startSupervisor()
  stage.tell(stage.route(refs.one, 'awake', { httpSocket: socket }))
  process.send?.((await stage.startEdge()).httpPort)
} else {
  const stack = await start('stack')
  const edge = await start('edge')
  await load('bare server', { socketPath: socket }, stack.pid)
  await load('edge', { port: edge.port }, edge.pid)
  stack.child.kill()
  edge.child.kill()
}
