// Settings of a project: the whole file, Postgres, networks, names, backups, snippets.

import type { Case } from './case.ts'

const config: readonly Case[] = [
  { type: 'config diff', shows: /auth\.site_url/ },
  { type: 'config push --yes', shows: /Auth[\s\S]*Storage/ },
  { type: 'config diff', hides: /auth\.site_url/ },
  { type: 'config pull --yes', hides: /error/i },
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
  { type: 'backups list', shows: /true +\| true/ },
  { type: 'backups restore --timestamp 1 --yes', exit: 1, shows: /restore backup status 400/ },
]

const network: readonly Case[] = [
  { type: 'ssl-enforcement update --enable-db-ssl-enforcement --experimental --yes', shows: /SSL is being/ },
  { type: 'migration list --remote', byName: true, shows: /\d{14}/ },
  { type: 'ssl-enforcement update --disable-db-ssl-enforcement --experimental --yes', shows: /NOT/ },
  { type: 'ssl-enforcement get --experimental', shows: /\*NOT\* being enforced/ },
  { type: 'network-bans get --experimental', shows: /\[\]/ },
  { type: 'network-bans remove --db-unban-ip 203.0.113.7 --experimental --yes', shows: /Successfully/ },
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
  { type: 'domains create --custom-hostname shop.example.com --yes' },
]

const rest: readonly Case[] = [
  { type: 'snippets list', shows: /VISIBILITY/ },
  { type: 'notebooks pull --yes', shows: /No notebooks/ },
  { type: 'sso info', shows: /sso\/saml\/acs/ },
  { type: 'encryption get-root-key', shows: /[0-9a-f]{64}/ },
  { type: 'seed buckets --remote --yes', byName: true },
  { type: 'storage ls ss:/// --remote --experimental', byName: true },
  { type: 'logs --remote --output-format json' },
]

export const settings: readonly Case[] = [...config, ...postgres, ...network, ...names, ...rest]
