// Run by unprivileged.db.test.ts as another user: backup, restore point, undo, a branch with data.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { copyBranch, findRuntime, openTemplates } from '@plinth/cluster'
import { makePlace } from '../place.ts'
import { openGuarded } from './guarded.ts'

const [runtimeFolder = '', base = ''] = process.argv.slice(2)
const awake = setInterval(() => undefined, 1_000)
const runtime = await findRuntime({ folder: runtimeFolder, env: {} })
await mkdir(join(base, 'clusters'))
const folder = join(base, 'templates')
const templates = await openTemplates({ runtime, folder, histories: [], size: 0, observe: () => undefined })
const place = makePlace(runtime, join(base, 'clusters'), templates)
const db = await openGuarded(place)
await db.backUp()
await db.add(1)
await db.mark('one')
await db.add(2)
await db.goBack({ restorePoint: 'one' })
const copy = place.place()
await copy.prepare()
await copyBranch({
  runtime,
  settings: copy.settings,
  source: { dataDir: db.cluster.dataDir, running: db.source },
  target: { dataDir: copy.dataDir },
})
const branch = await copy.start()
await branch.stop()
console.log(JSON.stringify(await db.read()))
await db.stop()
await templates.close()
clearInterval(awake)
