// `npm run bench [area …]`: measures the product next to floors taken in the same run. `area:words` measures only
// the cases of the area whose names hold these words.

import { buildApps } from '../../tools/build.ts'
import { auth } from './areas/auth.ts'
import { control } from './areas/control.ts'
import { database } from './areas/database.ts'
import { faults } from './areas/faults.ts'
import { platform } from './areas/platform.ts'
import { rest } from './areas/rest.ts'
import { schema } from './areas/schema.ts'
import { soak } from './areas/soak.ts'
import { steady } from './areas/steady.ts'

const areas: Readonly<Record<string, (words: string) => Promise<void>>> = {
  auth,
  control,
  database,
  faults,
  platform,
  rest,
  schema,
  soak,
  steady,
}

const asked = new Map(
  process.argv.slice(2).map((argument) => {
    const [name = '', words = ''] = argument.split(':')
    return [name, words] as const
  }),
)
const unknown = [...asked.keys()].filter((name) => !(name in areas))
if (unknown.length > 0) {
  console.error(`There is no area ${unknown.join(', ')}. Areas: ${Object.keys(areas).join(', ')}.`)
  process.exit(2)
}

await buildApps()
for (const [name, measure] of Object.entries(areas)) {
  // Some measure endurance, not speed, and take as long as one likes.
  const isMeant = asked.size > 0 ? asked.has(name) : name !== 'faults' && name !== 'soak'
  if (!isMeant) continue
  console.log(`\n── ${name} ──`)
  await measure(asked.get(name) ?? '')
}
