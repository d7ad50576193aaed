// Commands that are about the person's own machine, and those that this one lacks something for.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Case } from './case.ts'

const containers = 'runs containers, and there is no runtime for them here'
const internet = 'asks somebody on the internet'

const works: readonly Case[] = [
  { type: 'gen signing-key', shows: /"alg":"ES256"/, rare: true },
  { type: 'gen signing-key --algorithm RS256', shows: /"kty":"RSA"/, rare: true },
  { type: 'gen bearer-jwt --role anon', shows: /^eyJ[\w-]+\.eyJ/, rare: true },
  {
    type: 'test new walk',
    after: (desk) => readFile(join(desk.folder, 'supabase/tests/walk_test.sql')),
    rare: true,
  },
  { type: 'telemetry disable', shows: /disabled/, rare: true },
  { type: 'telemetry status', shows: /disabled/, rare: true },
  { type: 'telemetry enable', shows: /enabled/, rare: true },
  { type: 'issue bug --no-browser', shows: /https:\/\/github\.com/, rare: true },
  { type: 'issue feature --no-browser', shows: /https:\/\/github\.com/, rare: true },
  { type: 'issue docs --no-browser', shows: /https:\/\/github\.com/, rare: true },
  { type: 'completion fish', shows: /complete/, rare: true },
  { type: 'completion powershell', shows: /Register-ArgumentCompleter/, rare: true },
  { type: 'completion zsh', shows: /compdef/, rare: true },
]

const lacking: readonly Case[] = [
  { type: 'start', notHere: containers },
  { type: 'stop', notHere: containers },
  { type: 'status', notHere: containers },
  { type: 'db start', notHere: containers },
  { type: 'db schema declarative sync', notHere: containers },
  { type: 'functions serve', notHere: containers },
  { type: 'bootstrap', notHere: `${internet}: github.com for a template` },
  { type: 'feedback add hello', notHere: `${internet}: the authors of the command` },
  { type: 'feedback delete', notHere: `${internet}: the authors of the command` },
]

export const machine: readonly Case[] = [...works, ...lacking]
