// `plinth rest`: arguments, environment and signals of the standalone REST server.

import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { SettingProblem } from '@plinth/rest'
import { parseArguments, usage } from './arguments.ts'
import { askReady } from './ask-ready.ts'
import type { Surroundings } from './config/connection-string.ts'
import { exampleFile } from './config/example.ts'
import { loadSettings } from './config/load-settings.ts'
import type { Settings } from './config/settings.ts'
import { dumpConfig, dumpSchema } from './dump.ts'
import { openLog } from './log/open-log.ts'
import { type Program, startProgram } from './program.ts'
import { programName } from './version.ts'

const surroundings: Surroundings = {
  env: process.env,
  user: userInfo().username,
  socketDir: existsSync('/var/run/postgresql') ? '/var/run/postgresql' : '/tmp',
}

const fail = (error: unknown): never => {
  const isTold = error instanceof SettingProblem || error instanceof TypeError
  console.error(isTold ? error.message : error)
  process.exit(1)
}

const serve = async (file: string | undefined): Promise<void> => {
  const loaded = loadSettings({ env: surroundings.env, file, database: new Map() })
  let { settings } = loaded
  const observe = openLog(() => settings)
  const onSettings = (changed: Settings): void => {
    settings = changed
  }
  observe({ level: 'info', event: 'program.starting', fields: { name: programName } })
  const program: Program = await startProgram({
    surroundings,
    file,
    loaded,
    observe,
    onSettings,
    onLost: () => process.exit(1),
  })
  const end = (signal: NodeJS.Signals) => {
    observe({ level: 'info', event: 'signal.received', fields: { signal } })
    program.stop().then(() => process.exit(0), fail)
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  process.on('SIGUSR1', () => void program.reload('schema'))
  process.on('SIGUSR2', () => void program.reload('config'))
  await program.listening
}

const print = (text: string): void => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)

const run = async (args: readonly string[]): Promise<void> => {
  const { action, file } = parseArguments(args)
  const quiet = { surroundings, file, observe: ({ event }: { event: string }) => console.error(event) }
  switch (action) {
    case 'help':
      return print(usage)
    case 'version':
      return print(programName)
    case 'example':
      return print(exampleFile)
    case 'dump-config':
      return print(await dumpConfig(quiet))
    case 'dump-schema':
      return print(await dumpSchema(quiet))
    case 'ready': {
      const { settings } = loadSettings({ env: surroundings.env, file, database: new Map() })
      const { isReady, text } = await askReady(settings)
      if (isReady) return print(text)
      throw new SettingProblem(text)
    }
    case 'run':
      return serve(file)
  }
}

run(process.argv.slice(2)).catch(fail)
