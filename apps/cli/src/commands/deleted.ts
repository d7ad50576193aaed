// `plinth deleted`: projects that were deleted not long ago, for whoever deleted one by mistake.

import { z } from 'zod'
import { commandOf } from '../people/subcommands.ts'
import { printTable } from '../people/table.ts'

const Deleted = z.array(
  z.object({ ref: z.string(), name: z.string(), organization: z.string(), deleted_at: z.string() }),
)
const Restored = z.object({ ref: z.string(), name: z.string(), database_password: z.string() })

export const deleted = commandOf('deleted', 'Lists deleted projects that are still kept, and restores one.', [
  {
    name: 'list',
    takes: [],
    about: 'Lists them; PLINTH_DELETED_HOURS says how long one is kept.',
    run: async (ask) => {
      const projects = Deleted.parse(await ask('GET', '/deleted'))
      printTable(
        ['REFERENCE', 'NAME', 'ORGANIZATION', 'DELETED'],
        projects.map(({ ref, name, organization, deleted_at }) => [ref, name, organization, deleted_at]),
      )
    },
  },
  {
    name: 'restore',
    takes: ['reference'],
    about: 'Makes a new project, with keys of its own, from the database of a deleted one.',
    run: async (ask, { words: [ref = ''] }) => {
      const made = Restored.parse(await ask('POST', `/deleted/${encodeURIComponent(ref)}/restore`))
      console.log(`Name        ${made.name}`)
      console.log(`Reference   ${made.ref}`)
      console.log(`Password    ${made.database_password}   (of the database, shown once)`)
    },
  },
])
