// The official `supabase` command as a person runs it: its own home, a folder of its own, this installation's profile.

import { spawn } from 'node:child_process'
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
  readonly run: (args: readonly string[], more?: { readonly token?: string }) => Promise<Outcome>
  readonly close: () => Promise<void>
}

/** Nothing stands at the standard input: some commands would wait for SQL there. */
const execute = async (
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Outcome> => {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 })
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
    PLINTH_TLS_PORT: names === undefined ? String(tlsPort) : '443',
  })
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    NO_COLOR: '1',
    SUPABASE_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    ...told,
  }
  return {
    folder,
    names,
    run: (args, { token = installation.token } = {}) => {
      const line = [process.execPath, binary, ...args]
      const [command = '', ...words] = names === undefined ? line : names.wrap(line)
      return execute(command, words, { cwd: folder, env: { ...env, SUPABASE_ACCESS_TOKEN: token } })
    },
    close: async () => {
      await names?.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}
