// Where a figure goes: a line on the terminal, and one JSON line in bench/results/.

import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

export type Figure = {
  readonly name: string
  readonly unit: string
  readonly median: number
  /** 95th percentile, or the range's half, whatever the figure calls its spread. */
  readonly spread?: number
  /** Share of the floor measured in the same run. */
  readonly ratio?: number
  readonly note?: string
}

const folder = join(import.meta.dirname, '../results')

const commit = (): string => {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}

const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'processor'}, Node ${process.versions.node}`

const round = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2)

export const record = (area: string, figure: Figure): void => {
  const spread = figure.spread === undefined ? '' : `  (p95 ${round(figure.spread)})`
  const ratio = figure.ratio === undefined ? '' : `  ${figure.ratio.toFixed(2)} of the floor`
  const note = figure.note === undefined ? '' : `  ${figure.note}`
  console.log(
    `${figure.name.padEnd(44)} ${round(figure.median).padStart(9)} ${figure.unit}${spread}${ratio}${note}`,
  )
  mkdirSync(folder, { recursive: true })
  const line = { at: new Date().toISOString(), machine, commit: commit(), area, ...figure }
  appendFileSync(join(folder, `${area}.jsonl`), `${JSON.stringify(line)}\n`)
}
