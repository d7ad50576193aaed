// The last spec of every branch, on disk, sealed with the installation key: what the supervisor goes by when
// the control plane is away.

import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '@plinth/cluster'
import { type ProjectRef, StackSpec } from '@plinth/contracts'
import { seal, unseal } from '@plinth/crypto'

const ENDING = '.sealed'

/** `spec` is missing when the file cannot be opened or is not a spec of this branch. */
export type StoredSpec = { readonly ref: ProjectRef; readonly spec: StackSpec | undefined }

export type Specs = {
  readonly list: () => Promise<readonly StoredSpec[]>
  readonly write: (spec: StackSpec) => Promise<void>
  readonly remove: (ref: ProjectRef) => Promise<void>
}

const parse = (key: Buffer, ref: string, sealed: string): StackSpec | undefined => {
  try {
    const spec = StackSpec.parse(JSON.parse(unseal(key, sealed).toString('utf8')))
    // A file under another branch's name would give that branch foreign keys.
    return spec.ref === ref ? spec : undefined
  } catch {
    return undefined
  }
}

export const openSpecs = async (folder: string, key: Buffer): Promise<Specs> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const fileOf = (ref: string) => join(folder, `${ref}${ENDING}`)
  return {
    list: async () => {
      const names = (await readdir(folder)).filter((name) => /^[a-z]{20}\.sealed$/.test(name))
      return Promise.all(
        names.map(async (name) => {
          // The name was just seen to be a ref.
          const ref = name.slice(0, -ENDING.length) as ProjectRef
          return { ref, spec: parse(key, ref, await readFile(join(folder, name), 'utf8')) }
        }),
      )
    },
    write: (spec) => writeDurably(fileOf(spec.ref), seal(key, JSON.stringify(spec))),
    remove: (ref) => rm(fileOf(ref), { force: true }),
  }
}
