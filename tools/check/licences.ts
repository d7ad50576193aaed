// Every package that comes with the product must carry a licence of this list.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../root.ts'

const allowed = new Set(
  'MIT MIT-0 ISC BSD-2-Clause BSD-3-Clause Apache-2.0 BlueOak-1.0.0 0BSD Unlicense Python-2.0 CC0-1.0 CC-BY-4.0 LGPL-3.0-or-later OFL-1.1 Zlib'.split(
    ' ',
  ),
)
/** Accepted for building and testing only; reached through these packages, which never run in the product. */
const development = new Set(['MPL-2.0'])
const developmentPackages = /^node_modules\/lightningcss/

type Entry = {
  readonly license?: string
  readonly dev?: boolean
  readonly link?: boolean
  readonly version?: string
}

const isAllowed = (licence: string, dev: boolean): boolean =>
  licence
    .replace(/[()]/g, '')
    // Some authors write the name out.
    .replace(/^MIT License$/, 'MIT')
    .split(/\s+OR\s+/)
    .some((choice) =>
      choice.split(/\s+AND\s+/).every((one) => allowed.has(one) || (dev && development.has(one))),
    )

export const findForeignLicences = async (): Promise<readonly string[]> => {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Entry>
  }
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.link && entry.license)
    .filter(
      ([path, entry]) =>
        !isAllowed(entry.license ?? '', entry.dev === true || developmentPackages.test(path)),
    )
    .map(([path, entry]) => `${path}@${entry.version} is licensed ${entry.license}`)
}
