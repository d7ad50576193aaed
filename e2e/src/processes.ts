// Which processes belong to an installation: every one that names its data folder, or descends from one that does.

import { readdirSync, readFileSync } from 'node:fs'

export type FoundProcess = {
  readonly pid: number
  readonly parent: number
  readonly command: string
  readonly environment: string
}

const read = (file: string): string => {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

const isDead = (stat: string): boolean => stat === '' || /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))

const listAll = (): readonly FoundProcess[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = read(`/proc/${name}/stat`)
      if (isDead(stat)) return []
      const [, parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const command = read(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim()
      return [
        { pid: Number(name), parent: Number(parent), command, environment: read(`/proc/${name}/environ`) },
      ]
    })

/** Living processes of the installation with this data folder. */
export const processesOf = (data: string): readonly FoundProcess[] => {
  const all = listAll().filter((one) => one.pid !== process.pid)
  const mine = new Set(
    all
      .filter((one) => one.command.includes(data) || one.environment.includes(`PLINTH_DATA=${data}`))
      .map((one) => one.pid),
  )
  for (let grown = true; grown; ) {
    const children = all.filter((one) => mine.has(one.parent) && !mine.has(one.pid))
    for (const child of children) mine.add(child.pid)
    grown = children.length > 0
  }
  return all.filter((one) => mine.has(one.pid))
}
