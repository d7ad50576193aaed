// `npm run bench [area …]`: measures the product next to floors taken in the same run.

import { buildApps } from '../../tools/build.ts'
import { platform } from './areas/platform.ts'
import { rest } from './areas/rest.ts'

const areas: Readonly<Record<string, () => Promise<void>>> = { platform, rest }

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in areas))
if (unknown.length > 0) {
  console.error(`There is no area ${unknown.join(', ')}. Areas: ${Object.keys(areas).join(', ')}.`)
  process.exit(2)
}

await buildApps()
for (const [name, measure] of Object.entries(areas)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  console.log(`\n── ${name} ──`)
  await measure()
}
