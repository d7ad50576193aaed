// A configuration with every section: pushed, and pushed again, which changes nothing.

import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Case } from './case.ts'
import type { Desk } from './desk.ts'

const kept = 'config.toml.before'

const writeFull = async ({ folder }: Desk): Promise<void> => {
  const at = (name: string) => join(folder, 'supabase', name)
  await cp(at('config.toml'), at(kept))
  await writeFile(at('config.toml'), await readFile(join(import.meta.dirname, 'every-section.toml')))
  await mkdir(at('templates'), { recursive: true })
  await writeFile(at('templates/invite.html'), '<h1>Come</h1>')
}

const bringBack = ({ folder }: Desk): Promise<void> =>
  cp(join(folder, 'supabase', kept), join(folder, 'supabase/config.toml'))

const upToDate =
  /API config is up to date[\s\S]*DB config is up to date[\s\S]*restrictions config is up to date[\s\S]*SSL enforcement config is up to date[\s\S]*Auth config is up to date[\s\S]*Storage config is up to date/

export const pushEverySection: readonly Case[] = [
  {
    type: 'config push --yes',
    before: writeFull,
    shows: /auth\.oauth_server\.enabled[\s\S]*auth\.sms\.twilio\.auth_token[\s\S]*Confirmed by --yes/,
  },
  { type: 'config push --yes', shows: upToDate, after: bringBack },
]
