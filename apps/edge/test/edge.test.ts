import { request as open } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { leakCheck } from '@plinth/testing'
import { expect, it, vi } from 'vitest'
import { hostOf, makeAsk } from './client.ts'
import { refs, setStage } from './stage.ts'

it('stopping lets requests in flight end, ends WebSockets, and takes nothing new', async () => {
  const checkLeaks = leakCheck()
  const stage = await setStage()
  for (const event of ['loopback_port.busy', 'request.refused']) stage.observer.expect(event)
  await stage.startSupervisor()
  let answer: () => void = () => undefined
  const stack = await stage.serve(join(stage.run, `${refs.one}.sock`), (request, response) => {
    if (request.url !== '/slow') return void response.end()
    response.write('begun')
    answer = () => response.end(', ended')
  })
  stack.on('upgrade', (_request, socket) => {
    socket.resume().on('end', () => socket.end())
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  })
  stage.tell(stage.route(refs.one, 'awake'))
  const edge = await stage.startEdge()
  const ask = makeAsk(edge)
  const headers = { host: hostOf(refs.one) }
  await vi.waitFor(async () => expect((await ask({ headers })).statusCode).toBe(200))

  const webSocketEnded = vi.fn()
  const upgrade = open({
    port: edge.httpPort,
    headers: { ...headers, connection: 'Upgrade', upgrade: 'websocket' },
  })
  upgrade.once('upgrade', (_answer, socket) => socket.resume().once('close', webSocketEnded))
  upgrade.end()
  const slow = await ask({ path: '/slow', headers })

  const stopped = edge.stop()
  await vi.waitFor(() => expect(ask({ headers })).rejects.toMatchObject({ code: 'ECONNREFUSED' }))
  await vi.waitFor(() => expect(webSocketEnded).toHaveBeenCalled())
  answer()
  expect(await text(slow)).toBe('begun, ended')
  await stopped
  stage.observer.check()
  await stage.close()
  await checkLeaks()
})
