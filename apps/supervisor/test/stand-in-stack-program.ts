// A stack process reduced to its contract with the supervisor: takes a spec on its admin socket, becomes the
// branch's user, serves when Postgres does. Its HTTP socket tells who it is; `/crash` ends it.

import { rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { flushCompileCache } from 'node:module'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { StackPlace, StackSpec } from '@plinth/contracts'

let spec: StackSpec | undefined

const listen = async (server: Server, path: string) => {
  await rm(path, { force: true })
  await new Promise<void>((resolve) => server.listen(path, resolve))
}

const postgresServes = (folder: string) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(`${folder}/.s.PGSQL.5432`)
    socket.once('connect', () => resolve(socket.destroy().destroyed))
    socket.once('error', () => resolve(false))
  })

const become = async (place: StackPlace) => {
  if (place.gid !== undefined) {
    process.setgroups?.([])
    process.setgid?.(place.gid)
  }
  if (place.uid !== undefined) process.setuid?.(place.uid)
  await listen(http, place.httpSocket)
  await listen(makeAdmin(), place.adminSocket)
  while (!(await postgresServes(place.postgresSocketDir))) await delay(2)
}

const http = createServer((request, response) => {
  if (request.url === '/crash') process.exit(1)
  const own = { ref: spec?.ref, version: spec?.version, pid: process.pid, uid: process.getuid?.() }
  response.end(JSON.stringify(own))
})

const makeAdmin = () =>
  createServer(async (request, response) => {
    if (request.url === '/health') {
      response.end(
        JSON.stringify({ ref: spec?.ref, specVersion: spec?.version, pid: process.pid, ready: true }),
      )
      return
    }
    let text = ''
    for await (const piece of request) text += piece
    const assignment = JSON.parse(text) as { spec: StackSpec; place: StackPlace }
    const isFirst = spec === undefined
    spec = assignment.spec
    if (isFirst) await become(assignment.place)
    response.end('{"ready":true}')
  })

process.on('SIGTERM', () => process.exit(0))
await listen(makeAdmin(), process.argv[process.argv.indexOf('--admin') + 1] ?? '')
// Most are killed, or may not write there any more when they end.
flushCompileCache()
