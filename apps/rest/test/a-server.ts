// The real program for tests: spawned with PostgREST's variables, at sockets in a folder of its own.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Told = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly body: unknown
}

export type Ask = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

const readBody = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const askSocket = (
  socketPath: string,
  path: string,
  { method = 'GET', headers = {}, body }: Ask,
): Promise<Told> =>
  new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, method, headers: { ...headers } }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, body: readBody(text) }),
      )
    })
    sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body))
  })

export type Server = {
  readonly child: ChildProcess
  readonly configFile: string
  readonly socket: string
  readonly ask: (path: string, ask?: Ask) => Promise<Told>
  readonly admin: (path: string) => Promise<Told>
  readonly output: () => string
  /** Writes the configuration file anew. */
  readonly configure: (text: string) => void
  readonly end: () => Promise<void>
}

const main = new URL('../src/main.ts', import.meta.url).pathname
const inherited = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] }

const untilAnswers = async (ask: () => Promise<Told>, child: ChildProcess): Promise<void> => {
  while (child.exitCode === null) {
    const told = await ask().catch(() => undefined)
    if (told !== undefined) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Starts it with a file and variables; resolves when it listens, or has ended. */
export const startServer = async (env: Readonly<Record<string, string>>, config = ''): Promise<Server> => {
  const folder = mkdtempSync(join(tmpdir(), 'rest-server-'))
  const [socket, adminSocket, configFile] = ['api', 'admin', 'config'].map((name) => join(folder, name))
  if (socket === undefined || adminSocket === undefined || configFile === undefined)
    throw new Error('no folder')
  writeFileSync(configFile, config)
  const child = spawn(process.execPath, ['--conditions=source', main, configFile], {
    env: {
      ...inherited,
      PGRST_SERVER_UNIX_SOCKET: socket,
      PGRST_ADMIN_SERVER_UNIX_SOCKET: adminSocket,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const ask: Server['ask'] = (path, how = {}) => askSocket(socket, path, how)
  const admin: Server['admin'] = (path) => askSocket(adminSocket, path, {})
  await untilAnswers(() => admin('/live'), child)
  await untilAnswers(() => ask('/'), child)
  return {
    child,
    configFile,
    socket,
    ask,
    admin,
    output: () => output,
    configure: (text) => writeFileSync(configFile, text),
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      rmSync(folder, { recursive: true })
    },
  }
}

export type Finished = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Runs it to its end. */
export const runServer = async (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> => {
  const child = spawn(process.execPath, ['--conditions=source', main, ...args], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  // An array of what the event says.
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}
