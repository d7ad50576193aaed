// The official `supabase` command as a person runs it: its own home, a folder of its own, this installation's profile.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Installation } from '@plinth/e2e'
import { type Names, openNames } from './names.ts'

const root = join(import.meta.dirname, '../../../..')
const binary = createRequire(import.meta.url).resolve('supabase/dist/supabase.js')

export type Outcome = { readonly code: number; readonly output: string }

export type Desk = {
  /** Where the person works; holds `supabase/` after `init`. */
  readonly folder: string
  /** Undefined where this machine does not let names and ports be given to one program. */
  readonly names: Names | undefined
  /** Without `input` nothing stands at the standard input: some commands would wait for SQL there. */
  readonly run: (args: readonly string[], input?: string) => Promise<Outcome>
  /** The same at a terminal, for who answers questions, and without a token in the environment. */
  readonly atTerminal: (args: readonly string[]) => ChildProcess
  /** From now on the command uses what it has stored itself. */
  readonly forgetToken: () => void
  readonly close: () => Promise<void>
}

type Options = { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly input?: string | undefined }

const execute = async (
  command: string,
  args: readonly string[],
  { input, ...options }: Options,
): Promise<Outcome> => {
  const stdio = [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] as const
  const child = spawn(command, args, { ...options, stdio: [...stdio], timeout: 120_000 })
  child.stdin?.end(input)
  if (child.stdout === null || child.stderr === null) throw new Error('It has no output.')
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: code ?? 1, output: out + err }
}

/** What `plinth profile` writes, with the variables it says to set. */
const writeProfile = async (installation: Installation, home: string, settings: NodeJS.ProcessEnv) => {
  const file = join(home, 'profile.yaml')
  const env = { ...settings, PATH: process.env['PATH'], PLINTH_DATA: installation.data }
  const args = [join(root, 'dist/cli.mjs'), 'profile', '--output', file]
  const { code, output } = await execute(process.execPath, args, { cwd: home, env })
  const told = Object.fromEntries(
    [...output.matchAll(/export (\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  )
  if (code !== 0 || told['SUPABASE_PROFILE'] !== file) throw new Error(`plinth profile: ${output}`)
  return told
}

export const openDesk = async (installation: Installation, ref: string): Promise<Desk> => {
  const { tlsPort = 0 } = installation
  const home = await mkdtemp(join(tmpdir(), 'plinth-cli-'))
  const folder = join(home, 'work')
  await mkdir(folder)
  const names = await openNames(home, ref, { https: tlsPort, postgres: installation.dbPort })
  const told = await writeProfile(installation, home, {
    PLINTH_PORT: String(installation.port),
    PLINTH_DB_PORT: names === undefined ? String(installation.dbPort) : '5432',
    PLINTH_TLS_PORT: String(tlsPort),
  })
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    NO_COLOR: '1',
    SUPABASE_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    // It ends before its hot code would pay for being compiled a second time: a quarter of its processor time less.
    BUN_JSC_useDFGJIT: '0',
    ...told,
  }
  let token: NodeJS.ProcessEnv = { SUPABASE_ACCESS_TOKEN: installation.token }
  return {
    folder,
    names,
    run: (args, input) => {
      const line = [process.execPath, binary, ...args]
      const [command = '', ...words] = names === undefined ? line : names.wrap(line)
      return execute(command, words, { cwd: folder, env: { ...env, ...token }, input })
    },
    atTerminal: (args) => {
      const line = `stty cols 200 rows 50; exec ${[process.execPath, binary, ...args].join(' ')}`
      return spawn('script', ['-qec', line, '/dev/null'], { cwd: folder, env, timeout: 120_000 })
    },
    forgetToken: () => {
      token = {}
    },
    close: async () => {
      await names?.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}
