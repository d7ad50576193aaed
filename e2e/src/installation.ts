// A whole installation, started the way `npm start` starts it: a data folder and ports of its own, real processes.

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { freePorts, freeRange } from './free-ports.ts'
import { processesOf } from './processes.ts'
import { until } from './until.ts'

const root = resolve(import.meta.dirname, '../..')

export type Installation = {
  readonly data: string
  /** Folder of the sockets. */
  readonly run: string
  readonly port: number
  readonly dbPort: number
  readonly poolerPort: number
  /** HTTPS entrance, where the test asked for one. */
  readonly tlsPort: number | undefined
  readonly api: string
  readonly token: string
  /** Everything the terminal has shown so far. */
  readonly output: () => string
  readonly launcher: ChildProcess
  /** Stops the way Ctrl-C does; answers the exit code. The data folder stays. */
  readonly stop: () => Promise<number | null>
  /** Starts again over the same folder. */
  readonly start: () => Promise<Installation>
  /** Ends everything, whatever state it is in, and removes the folder. */
  readonly remove: () => Promise<void>
}

type Settings = {
  readonly data: string
  readonly port: number
  readonly dbPort: number
  readonly poolerPort: number
  readonly ports: string
  readonly token: string
  /** More of the operator's settings. */
  readonly more: Readonly<Record<string, string>>
}

const launch = async (settings: Settings): Promise<Installation> => {
  const { data, port, dbPort, poolerPort, ports, token } = settings
  const launcher = spawn(process.execPath, [join(root, 'dist/cli.mjs'), 'up'], {
    cwd: data,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PLINTH_DATA: data,
      PLINTH_PORT: String(port),
      PLINTH_DB_PORT: String(dbPort),
      PLINTH_POOLER_PORT: String(poolerPort),
      PLINTH_PROJECT_PORTS: ports,
      PLINTH_ACCESS_TOKEN: token,
      ...settings.more,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  launcher.stdout?.on('data', (chunk) => (output += chunk))
  launcher.stderr?.on('data', (chunk) => (output += chunk))
  const stop = async () => {
    if (launcher.exitCode !== null || launcher.signalCode !== null) return launcher.exitCode
    launcher.kill('SIGTERM')
    const [code] = await once(launcher, 'exit')
    return code as number | null
  }
  const remove = async () => {
    await stop()
    for (const left of processesOf(data)) process.kill(left.pid, 'SIGKILL')
    await until('all processes to end', async () => processesOf(data).length === 0)
    await rm(data, { recursive: true, force: true })
  }
  const isReady = async () => {
    if (launcher.exitCode !== null)
      throw new Error(`The installation ended with ${launcher.exitCode}:\n${output}`)
    return output.includes('Plinth is ready')
  }
  await until(`the installation to be ready`, isReady, 120_000).catch(async (cause) => {
    await remove()
    throw new Error(`It did not come up:\n${output}`, { cause })
  })
  return {
    data,
    run: join(data, 'run'),
    port,
    dbPort,
    poolerPort,
    tlsPort:
      settings.more['PLINTH_TLS_PORT'] === undefined ? undefined : Number(settings.more['PLINTH_TLS_PORT']),
    api: `http://127.0.0.1:${port}`,
    token,
    output: () => output,
    launcher,
    stop,
    start: () => launch(settings),
    remove,
  }
}

/** Everything an installation needs of this machine: a folder of its own and ports that are free. */
const settle = async (more: Readonly<Record<string, string>>): Promise<Omit<Settings, 'token'>> => {
  const [free = 0, dbPort = 0, poolerPort = 0] = await freePorts(3)
  const port = Number(more['PLINTH_PORT'] ?? free)
  const data = await mkdtemp(join(tmpdir(), 'plinth-e2e-'))
  await chmod(data, 0o755)
  return { data, port, dbPort, poolerPort, ports: freeRange(), more }
}

/** One that starts for the first time. */
export const startInstallation = async (more: Readonly<Record<string, string>> = {}): Promise<Installation> =>
  launch({ ...(await settle(more)), token: `sbp_${randomBytes(20).toString('hex')}` })

/** One without projects that has been started and stopped before; others start with copies of its data. */
type Model = { readonly folder: string; readonly token: string }

/** The second start of an installation: a copy of the model's data, with a folder and ports of its own. */
export const startCopy = async (
  { folder, token }: Model,
  more: Readonly<Record<string, string>> = {},
): Promise<Installation> => {
  const settings = await settle(more)
  // Owners and modes matter to Postgres; Node's own copy drops them.
  await promisify(execFile)('cp', ['-a', `${folder}/.`, settings.data])
  return launch({ ...settings, token })
}
