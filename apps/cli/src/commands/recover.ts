// `plinth recover --key FILE`: everything of a lost installation, from its bucket into an empty data folder. The next
// start makes the databases again from what came.

import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '@plinth/config'
import { BackupBucket } from '@plinth/contracts'
import { fetchAll, offsiteErrors, openBucket, openPlace } from '@plinth/offsite'
import { OperatorConfig } from '../config.ts'
import { errors } from '../errors.ts'
import { recoveryMark } from '../up/installation.ts'
import type { Command } from './command.ts'

const readKey = async (file: string | undefined): Promise<Buffer> => {
  const text = file === undefined ? '' : (await readFile(file, 'utf8').catch(() => '')).trim()
  if (file === undefined || !/^[0-9a-f]{64}$/i.test(text)) throw errors.noKey(file)
  return Buffer.from(text, 'hex')
}

const readBucket = async (file: string | undefined): Promise<BackupBucket> => {
  const text = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) throw errors.noBucket(file)
  return BackupBucket.parse(JSON.parse(text))
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
    const bucket = openBucket(settings)
    try {
      const count = await fetchAll({
        place: openPlace(bucket, key, settings.prefix),
        data,
        onProgress: showProgress,
      })
      if (count === 0) {
        if (!isGoingOn) await rm(mark)
        throw offsiteErrors.nothing(settings.bucket)
      }
      await copyFile(values.key ?? '', join(data, 'installation.key'))
      await rm(mark)
    } finally {
      bucket.close()
    }
    console.log(`Everything is in ${data}. The next start makes the databases again.`)
    return 0
  },
}
