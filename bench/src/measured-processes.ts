// Which processes of an installation a figure is about.

import { type FoundProcess, type Installation, processesOf } from '@plinth/e2e'

type Find = (one: FoundProcess) => boolean

const pids = (installation: Installation, find: Find): readonly number[] =>
  processesOf(installation.data)
    .filter(find)
    .map(({ pid }) => pid)

/** The stack that serves, and the spare that waits. */
export const stackPids = (installation: Installation): readonly number[] =>
  pids(installation, ({ command }) => command.includes('stack.mjs'))

export const edgePids = (installation: Installation): readonly number[] =>
  pids(installation, ({ command }) => command.endsWith('edge.mjs'))

export const controlPids = (installation: Installation): readonly number[] =>
  pids(installation, ({ command }) => command.endsWith('control-plane.mjs'))

/** The server of one branch and all its backends at this moment. */
export const postgresPids = (installation: Installation, ref: string): readonly number[] => {
  const all = processesOf(installation.data)
  const servers = all.filter(({ command }) => command.includes(`clusters/${ref}/`)).map(({ pid }) => pid)
  return all
    .filter(({ pid, parent }) => servers.includes(pid) || servers.includes(parent))
    .map(({ pid }) => pid)
}
