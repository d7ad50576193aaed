// Names source files over 300 lines, and says when the median of all grows past 100. Tables may be longer.

import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../root.ts'

const limit = 300
const tables = /(^|\/)(errors|providers|observations)\.ts$/
const median = 100

export const findLongFiles = async (): Promise<readonly string[]> => {
  const files = glob(
    '{contracts,ground,engines,services,control,apps,web,conformance,e2e,bench,tools}/**/*.{ts,tsx,mjs,sql}',
    {
      cwd: root,
      exclude: (name) => /node_modules|\.generated\.ts$|(^|\/)(schema\.sql|fixtures)$/.test(name),
    },
  )
  const sizes: [string, number][] = []
  for await (const file of files) {
    const text = await readFile(join(root, file), 'utf8')
    sizes.push([file, text.split('\n').length - 1])
  }
  sizes.sort((a, b) => a[1] - b[1])
  const long = sizes.filter(([file, lines]) => lines > limit && !file.endsWith('.sql') && !tables.test(file))
  const middle = sizes[Math.floor(sizes.length / 2)]?.[1] ?? 0
  const drift = middle > median ? [`half of all files are over ${middle} lines; the aim is ${median}`] : []
  return [
    ...long.map(([file, lines]) => `${file} has ${lines} lines; split it by meaning (limit ${limit})`),
    ...drift,
  ]
}
