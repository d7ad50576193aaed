// Run by faults.db.test.ts, which kills it somewhere in the middle: one backup, restore or copy of a branch.

import { copyBranch, makeSecrets, restore, takeBackup } from '@plinth/cluster'

// Written by the test that started us.
const [kind, options] = JSON.parse(process.argv[2] ?? '[]') as [string, never]
const awake = setInterval(() => undefined, 1_000)
process.stdout.write('begun\n')
if (kind === 'backup') await takeBackup(options)
if (kind === 'copy') await copyBranch(options)
if (kind === 'restore') {
  const { passwords } = options as { passwords: Parameters<typeof makeSecrets>[0] }
  await restore({
    ...(options as object as Parameters<typeof restore>[0]),
    secrets: await makeSecrets(passwords),
  })
}
clearInterval(awake)
