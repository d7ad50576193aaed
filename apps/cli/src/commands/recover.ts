// `plinth recover --key FILE`: everything of a lost installation, from its bucket into an empty data folder. The next
// start makes the databases again from what came.

import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { findBackrest, findRuntime } from '@plinth/cluster'
import { loadConfig } from '@plinth/config'
import { BackupBucket } from '@plinth/contracts'
import { fetchFiles, offsiteErrors, openBucket, openPlace, openRepository } from '@plinth/offsite'
import { OperatorConfig } from '../config.ts'
import { errors } from '../errors.ts'
import { recoverDatabases } from '../recovery/databases.ts'
import { recoveryMark } from '../up/installation.ts'
import type { Command } from './command.ts'

const readKey = async (file: string | undefined): Promise<Buffer> => {
  const text = file === undefined ? '' : (await readFile(file, 'utf8').catch(() => '')).trim()
  if (file === undefined || !/^[0-9a-f]{64}$/i.test(text)) throw errors.noKey(file)
  return Buffer.from(text, 'hex')
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const readBucket = async (file: string | undefined): Promise<BackupBucket> => {
  const text = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined)
  if (file === undefined || text === undefined) throw errors.noBucket(file)
  const { success, data, error } = BackupBucket.safeParse(parseJson(text))
  if (success) return data
  throw errors.badBucket(
    file,
    error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  )
}

/** The Postgres that the bootstrap has prepared: beside the bundle, or in the checkout. */
const runtimeFolder = (): string => {
  const here = import.meta.dirname
  return join(here, existsSync(join(here, 'supervisor.mjs')) ? '..' : '../../../..', '.runtime')
}

const showProgress = (done: number, total: number): void => {
  if (process.stdout.isTTY || done === total)
    process.stdout.write(`\r${done} of ${total}${done === total ? '\n' : ''}`)
}

export const recover: Command = {
  name: 'recover',
  about: 'Brings a lost installation back from its bucket: --key FILE names its installation key.',
  run: async ({ env, args }) => {
    const { values } = parseArgs({ args: [...args], options: { key: { type: 'string' } } })
    const { PLINTH_DATA: data, PLINTH_BACKUP_S3_FILE } = loadConfig(OperatorConfig, env)
    const [key, settings] = [await readKey(values.key), await readBucket(PLINTH_BACKUP_S3_FILE)]
    const found = await readdir(data).catch((): string[] => [])
    const mark = recoveryMark(data)
    const isGoingOn = found.includes(basename(mark))
    if (found.length > 0 && !isGoingOn) throw errors.folderTaken(data)
    await mkdir(data, { recursive: true })
    await writeFile(mark, '')
    const runtime = await findRuntime({ folder: runtimeFolder(), env })
    const program = await findBackrest(runtime, env['PATH'])
    const bucket = openBucket(settings)
    const place = openPlace(bucket, key, settings.prefix)
    const { root } = place
    try {
      if ((await fetchFiles({ place, data })) === 0) {
        if (!isGoingOn) await rm(mark)
        throw offsiteErrors.nothing(settings.bucket)
      }
      const [folder, authorities] = [join(data, 'offsite'), env['NODE_EXTRA_CA_CERTS']]
      const repository = await openRepository(program, { bucket: settings, root, key, folder, authorities })
      await repository.takeOver()
      await recoverDatabases({ place, repository, runtime, data, onProgress: showProgress })
      await copyFile(values.key ?? '', join(data, 'installation.key'))
      await rm(mark)
    } finally {
      bucket.close()
    }
    console.log(`Everything is in ${data}. The next start makes the databases again.`)
    return 0
  },
}
