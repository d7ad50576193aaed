// Settings of a project: the whole file, Postgres, networks, names, backups, snippets.

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Installation, makeManage, until } from '@plinth/e2e'
import pg from 'pg'
import type { Case, Words } from './case.ts'
import type { Desk } from './desk.ts'

const config: readonly Case[] = [
  { type: 'config diff', shows: /auth\.site_url/ },
  { type: 'config push --yes', shows: /Auth[\s\S]*Storage/ },
  { type: 'config diff', hides: /auth\.site_url/ },
  { type: 'config pull --yes', hides: /error/i },
  { type: 'pull --dry-run', shows: /Pulling from project/ },
  { type: 'pull --yes --force', byName: true, rare: true },
]

const postgres: readonly Case[] = [
  { type: 'postgres-config get --experimental', hides: /max_parallel_workers/ },
  {
    type: 'postgres-config update --config max_parallel_workers=3 --experimental --yes',
    shows: /max_parallel_workers \| 3/,
  },
  {
    type: 'postgres-config delete --config max_parallel_workers --experimental --yes',
    hides: /max_parallel_workers \| 3/,
  },
  { type: 'backups list', shows: /REGION/ },
  { type: 'backups restore --timestamp 1 --yes', exit: 1, shows: /restore backup status 400/ },
]

const listBans = async (installation: Installation, ref: string): Promise<readonly string[]> => {
  const { body } = await makeManage(installation)('POST', `/v1/projects/${ref}/network-bans/retrieve`)
  return body.banned_ipv4_addresses
}

/** Until this machine is banned from the project's database. */
const guessPasswords = async (installation: Installation, ref: string): Promise<void> => {
  const wrong = { host: '127.0.0.1', port: installation.dbPort, user: `postgres.${ref}`, password: 'wrong' }
  for (let time = 0; time < 10; time += 1)
    await assert.rejects(new pg.Client({ ...wrong, database: 'postgres' }).connect(), /password/)
  await until('the ban', async () => (await listBans(installation, ref)).length > 0)
}

const network = (installation: Installation, words: Words): readonly Case[] => [
  { type: 'ssl-enforcement update --enable-db-ssl-enforcement --experimental --yes', shows: /SSL is being/ },
  { type: 'migration list --remote', byName: true, shows: /\d{14}/ },
  { type: 'ssl-enforcement update --disable-db-ssl-enforcement --experimental --yes', shows: /NOT/ },
  { type: 'ssl-enforcement get --experimental', shows: /\*NOT\* being enforced/ },
  {
    type: 'network-bans get --experimental',
    before: () => guessPasswords(installation, words.get('ref') ?? ''),
    shows: /"127\.0\.0\.1"/,
  },
  {
    type: 'network-bans remove --db-unban-ip 127.0.0.1 --experimental --yes',
    shows: /Successfully/,
    after: async () => assert.deepEqual(await listBans(installation, words.get('ref') ?? ''), []),
  },
  {
    type: 'network-restrictions update --db-allow-cidr 127.0.0.0/8 --bypass-cidr-checks --experimental --yes',
    shows: /&\[127\.0\.0\.0\/8\]/,
  },
  {
    type: 'network-restrictions update --db-allow-cidr 0.0.0.0/0 --db-allow-cidr ::/0 --experimental --yes',
    shows: /applied successfully: true/,
  },
  { type: 'network-restrictions get --experimental', shows: /0\.0\.0\.0\/0[\s\S]*::\/0/ },
]

const names: readonly Case[] = [
  { type: 'vanity-subdomains get --experimental', shows: /not-used/ },
  {
    type: 'vanity-subdomains check-availability --desired-subdomain by-command --experimental',
    shows: /available: true/,
  },
  {
    type: 'vanity-subdomains activate --desired-subdomain by-command --experimental --yes',
    shows: /by-command\.localhost/,
  },
  { type: 'vanity-subdomains get --experimental', shows: /active/ },
  { type: 'vanity-subdomains delete --experimental --yes', shows: /Deleted/ },
  { type: 'domains get', exit: 1, shows: /No custom hostname configuration found/ },
  { type: 'domains reverify --yes', exit: 1, shows: /No custom hostname configuration found/ },
  { type: 'domains activate --yes', exit: 1, shows: /400[\s\S]*hostname/i },
  { type: 'domains delete --yes', exit: 1, shows: /400[\s\S]*hostname/i },
  { type: 'domains create --custom-hostname shop.example.com --yes' },
]

const notebookOf = ({ folder }: Desk): string => join(folder, 'supabase/notebooks/walk.json')

const rest: readonly Case[] = [
  { type: 'sso info', shows: /sso\/saml\/acs/ },
  { type: 'encryption get-root-key', shows: /[0-9a-f]{64}/ },
  { type: 'encryption update-root-key --yes', input: '5a'.repeat(32), shows: /Finished/ },
  { type: 'encryption get-root-key', shows: /(5a){32}/ },
  { type: 'encryption update-root-key --yes', input: 'short', exit: 1, shows: /32 byte/ },
  { type: 'seed buckets --remote --yes', byName: true },
  { type: 'storage ls ss:/// --remote --experimental', byName: true },
  { type: 'storage cp supabase/config.toml ss:///a/b --remote --experimental', byName: true, rare: true },
  { type: 'storage mv ss:///a/b ss:///a/c --remote --experimental', byName: true, rare: true },
  { type: 'storage rm ss:///a/b --remote --experimental --yes', byName: true, rare: true },
  { type: 'logs --remote --output-format json' },
  { type: 'logs sources --remote', rare: true },
]

/** A snippet is written with the pages of the vendor; here with an operation of our own. */
const snippets = (installation: Installation, words: Words): readonly Case[] => [
  {
    type: 'snippets list',
    before: async () => {
      const path = `/platform/projects/${words.get('ref')}/snippets`
      const { body } = await makeManage(installation)('POST', path, { name: 'walk', sql: 'select 6 * 7' })
      words.set('snippet', String(body.id))
    },
    shows: /walk[\s\S]*user/,
  },
  { type: 'snippets download {snippet}', shows: /select 6 \* 7/ },
]

/** The command itself makes notebooks only where it can ask. */
const notebooks = (installation: Installation, words: Words): readonly Case[] => [
  {
    type: 'notebooks pull --yes',
    before: async () => {
      const cells = [{ id: 'one', type: 'markdown', text: 'What there is.' }]
      const attributes = { name: 'walk', content: { schema_version: 1, cells } }
      const path = `/v2/projects/${words.get('ref')}/notebooks`
      await makeManage(installation)('POST', path, { data: { type: 'notebook', attributes } })
    },
    after: async (desk) => assert.match(await readFile(notebookOf(desk), 'utf8'), /What there is\./),
  },
  {
    type: 'notebooks push walk --yes',
    before: async (desk) => {
      const text = await readFile(notebookOf(desk), 'utf8')
      await writeFile(notebookOf(desk), text.replace('What there is.', 'What there was.'))
    },
    shows: /0 created, 1 updated/,
  },
]

export const settings = (installation: Installation, words: Words): readonly Case[] => [
  ...config,
  ...postgres,
  ...network(installation, words),
  ...names,
  ...snippets(installation, words),
  ...notebooks(installation, words),
  ...rest,
]
