// An installation of one test: its folders, its supervisor process, and ways to look at what it runs.

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BranchReport, ProjectRef, StackSpec } from '@plinth/contracts'
import { type Answer, isSocketServed, type UnixClient, unixClient } from '@plinth/http'
import { openPool, type Pool } from '@plinth/postgres'
import { type RunningProcess, startProcess } from '@plinth/process'
import { sharedFolder } from '@plinth/testing'
import { expect, vi } from 'vitest'
import { passwordOf, refOf, specOf } from './fixtures.ts'

export const patience = { interval: 10 }

export type RunningPart = {
  readonly pid: number
  readonly command: string
  readonly uid: number
  readonly parent: number
}

/** Each leads a group of its own, in which its children are. */
const killGroup = (pid: number): void => {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL')
    } catch {
      // It leads no group, or ended by itself.
    }
  }
}

type Login = { readonly user: string; readonly password: string; readonly database: string }

type Model = { readonly folder: string }

/** Owners and modes matter to Postgres; Node's own copy drops them. */
const copyParts = (from: string, to: string): void => {
  for (const part of ['data', 'key', 'secrets.json']) execFileSync('cp', ['-a', join(from, part), to])
}

export class Installation {
  readonly folder = mkdtempSync(join(tmpdir(), 'plinth-sv-'))
  readonly data = join(this.folder, 'data')
  readonly run = join(this.folder, 'run')
  readonly client: UnixClient = unixClient(join(this.run, 'supervisor.sock'))
  supervisor: RunningProcess | undefined

  /** Of nothing, or as a copy of one that is at rest: three seconds less. */
  constructor(model?: Model) {
    if (model) {
      copyParts(model.folder, this.folder)
      return
    }
    mkdirSync(this.data)
    writeFileSync(join(this.folder, 'key'), randomBytes(32).toString('hex'))
    const secrets = { controlDatabasePassword: 'control-secret', systemAdminPassword: 'system-secret' }
    writeFileSync(join(this.folder, 'secrets.json'), JSON.stringify(secrets))
  }

  /** One at rest, without branches, whose templates and control database others start with; made once a run. */
  static async model(): Promise<Model> {
    const folder = await sharedFolder('installation', async (place) => {
      const made = new Installation()
      try {
        // Nothing is kept of its branch, so that nobody copies that.
        await made.start({ PLINTH_DELETED_HOURS: '0' })
        const ref = refOf(100)
        await made.awake(ref)
        await made.put(specOf(ref, 2, { desired: 'removed' }))
        await made.isGone(ref)
        await made.stop()
        copyParts(made.folder, place)
      } finally {
        await made.remove()
      }
    })
    return { folder }
  }

  get log(): string {
    return readFileSync(join(this.folder, 'supervisor.log'), 'utf8')
  }

  launch(more: Readonly<Record<string, string>> = {}): Promise<RunningProcess> {
    return startProcess({
      command: process.execPath,
      args: ['--conditions=source', join(import.meta.dirname, 'supervisor-program.ts')],
      env: {
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
        PLINTH_DATA: this.data,
        PLINTH_RUN: this.run,
        PLINTH_INSTALLATION_KEY_FILE: join(this.folder, 'key'),
        PLINTH_SECRETS_FILE: join(this.folder, 'secrets.json'),
        ...more,
      },
      logFile: join(this.folder, 'supervisor.log'),
      detached: true,
    })
  }

  /** Starts the supervisor; resolves when it answers. */
  async start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    this.supervisor = await this.launch(more)
    const ended = this.supervisor.exited.then(() => {
      throw new Error(`The supervisor ended:\n${this.log}`)
    })
    const up = vi.waitFor(
      async () => expect(await isSocketServed(join(this.run, 'supervisor.sock'))).toBe(true),
      patience,
    )
    await Promise.race([up, ended])
  }

  request(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<Answer> {
    return this.client.request(method, path, body)
  }

  put(spec: StackSpec): Promise<Answer> {
    return this.request('PUT', `/branches/${spec.ref}`, spec)
  }

  /** Orders a restart of a branch. */
  async restart(ref: ProjectRef): Promise<Answer> {
    const version = (await this.report(ref)).specVersion + 1
    return this.put(specOf(ref, version, { restartVersion: version }))
  }

  async report(ref: string): Promise<BranchReport> {
    return (await this.request('GET', `/branches/${ref}`)).body as BranchReport
  }

  until(ref: string, status: string): Promise<void> {
    return vi.waitFor(async () => expect(await this.report(ref)).toMatchObject({ status }), patience)
  }

  wake(ref: string): Promise<Answer> {
    // On a busy machine it may take as long as tests wait for anything.
    return this.client.request('POST', `/branches/${ref}/wake`, undefined, { timeoutMs: 120_000 })
  }

  /** Wakes a branch, which is expected to serve then. */
  async serves(...refs: readonly string[]): Promise<void> {
    for (const ref of refs) expect(await this.wake(ref)).toMatchObject({ status: 200 })
  }

  /** Sends an order to a branch; answers the status. */
  async order(ref: string, what: string, body?: unknown): Promise<number> {
    return (await this.request('POST', `/branches/${ref}/${what}`, body)).status
  }

  async sleep(ref: string): Promise<void> {
    await this.order(ref, 'sleep')
    await this.until(ref, 'asleep')
  }

  /** Resolves when nobody knows the branch any more. */
  isGone(ref: string): Promise<void> {
    return vi.waitFor(
      async () => expect((await this.request('GET', `/branches/${ref}`)).status).toBe(404),
      patience,
    )
  }

  async login<T>(name: string, login: Login, use: (pool: Pool) => Promise<T>): Promise<T> {
    const pool = openPool({ socketDir: join(this.run, name), ...login, size: 1, applicationName: 'test' })
    return use(pool).finally(pool.close)
  }

  asOwner<T>(ref: string, use: (pool: Pool) => Promise<T>, password = passwordOf('postgres')): Promise<T> {
    return this.login(ref, { user: 'postgres', password, database: 'postgres' }, use)
  }

  /** What the stand-in stack of a branch says of itself. */
  async ask(ref: string, path = '/'): Promise<{ pid: number; version: number; uid: number }> {
    const client = unixClient(join(this.run, ref, 'http.sock'))
    try {
      return (await client.request('GET', path)).body as { pid: number; version: number; uid: number }
    } finally {
      await client.close()
    }
  }

  /** Every process with our folder in its command line, but the supervisor. */
  processes(): readonly RunningPart[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
          const parent = Number(/\) \w (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1])
          return [{ pid: Number(name), command, uid: statSync(`/proc/${name}`).uid, parent }]
        } catch {
          return []
        }
      })
      .filter(({ command }) => command.includes(`${this.folder}/`))
  }

  /** The Postgres servers of a cluster. A backend looks like its server for a moment after the fork. */
  servers(name: string): readonly RunningPart[] {
    const found = this.processes().filter(({ command }) => command.includes(`clusters/${name}/data`))
    const pids = new Set(found.map(({ pid }) => pid))
    return found.filter(({ parent }) => !pids.has(parent))
  }

  /** Makes branches and wakes them. */
  async awake(...refs: readonly ProjectRef[]): Promise<void> {
    for (const ref of refs) await this.put(specOf(ref))
    await this.serves(...refs)
  }

  /** The supervisor ends with no time to say goodbye. */
  async kill(): Promise<void> {
    process.kill(this.supervisor?.pid ?? 0, 'SIGKILL')
    await this.supervisor?.exited
  }

  /** Everything ends in the same moment, as when the power goes off. */
  async cutPower(): Promise<void> {
    const pids = [this.supervisor?.pid ?? 0, ...this.processes().map(({ pid }) => pid)]
    for (const pid of pids) killGroup(pid)
    await this.supervisor?.exited
    // Whatever was born in that moment.
    await vi.waitFor(() => {
      const left = this.processes()
      for (const { pid } of left) killGroup(pid)
      expect(left).toEqual([])
    }, patience)
  }

  /** Files and folders that carry the name of a branch. */
  traces(ref: string): readonly string[] {
    const folders = ['data/clusters', 'data/archive', 'data/logs', 'data/specs', 'run']
    return folders.flatMap((folder) =>
      readdirSync(join(this.folder, folder)).filter((name) => name.startsWith(ref)),
    )
  }

  async stop(): Promise<void> {
    await this.supervisor?.stop({ graceMs: 20_000 })
  }

  /** Ends and removes everything, whatever state the test left it in. */
  async remove(): Promise<void> {
    await this.client.close()
    await this.stop()
    // The copying program of a supervisor that was killed ends by itself.
    await vi.waitFor(() => {
      expect(this.processes().filter(({ command }) => /^(cp|du|sync) /.test(command))).toEqual([])
    }, patience)
    const left = this.processes()
    for (const { pid } of left) process.kill(pid, 'SIGKILL')
    await vi.waitFor(() => expect(this.processes()).toEqual([]), patience)
    rmSync(this.folder, { recursive: true, force: true })
    expect(left).toEqual([])
  }
}
