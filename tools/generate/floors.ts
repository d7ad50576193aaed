// Draws docs/floors.svg from the table in tools/floors.ts.

import { join } from 'node:path'
import { floors } from '../floors.ts'
import type { Generated } from '../generate.ts'
import { root } from '../root.ts'

const width = 640
const height = 56
const gap = 10

type Box = { readonly x: number; readonly y: number; readonly wide: number }

const row = (label: string, holds: string, { x, y, wide }: Box): string => `
  <rect x="${x + 1}" y="${y + 1}" width="${wide - 2}" height="${height}" rx="8" class="box"/>
  <text x="${x + 18}" y="${y + 25}" class="name">${label}/</text>
  <text x="${x + 18}" y="${y + 44}" class="holds">${holds}</text>`

/** Floors that stand side by side share a row; the lowest is drawn at the bottom. */
const rows = (): string => {
  const [services, control] = ['services', 'control'].map((name) =>
    floors.find((floor) => floor.folder === name),
  )
  const levels = floors.filter((floor) => floor !== services && floor !== control)
  const order = [...levels.slice(0, 3), undefined, ...levels.slice(3)].reverse()
  const half = (width - gap) / 2
  return order
    .map((floor, index) => {
      const y = index * (height + gap)
      if (floor) return row(floor.folder, floor.holds, { x: 0, y, wide: width })
      const left = row('services', services?.holds ?? '', { x: 0, y, wide: half })
      return left + row('control', control?.holds ?? '', { x: half + gap, y, wide: half })
    })
    .join('')
}

const total = 5 * (height + gap)

const svg =
  (): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" role="img" aria-label="The floors of the repository; imports only go down">
  <style>
    .box { fill: #f6f7f9; stroke: #9aa4b2 } .name { font: 600 15px ui-monospace, monospace; fill: #1c2430 }
    .holds { font: 13px system-ui, sans-serif; fill: #4b5665 }
    @media (prefers-color-scheme: dark) { .box { fill: #1b222c; stroke: #4b5665 } .name { fill: #e8ecf2 } .holds { fill: #a9b4c2 } }
  </style>${rows()}
</svg>
`

export const generateFloors = async (): Promise<readonly Generated[]> => [
  { path: join(root, 'docs/floors.svg'), text: svg() },
]
