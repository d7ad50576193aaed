// Where this machine fetches Debian or Ubuntu packages from, as one private list for the runtime. Older
// Debian releases are mapped to the one whose Postgres we want; the mirror and its keys stay the same.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const target = 'trixie'
const older = ['bullseye', 'bookworm']

const release = () => {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  return /^VERSION_CODENAME="?([a-z]+)/m.exec(text)?.[1]
}

const sourceFiles = () => {
  const folder = '/etc/apt/sources.list.d'
  const parts = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
  return ['/etc/apt/sources.list', ...parts].filter(
    (file) => /\.(list|sources)$/.test(file) && existsSync(file) && statSync(file).isFile(),
  )
}

const fieldsOf = (stanza) => {
  const lines = stanza.split('\n').filter((line) => !line.startsWith('#'))
  const fields = lines.join('\n').matchAll(/^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm)
  return Object.fromEntries([...fields].map(([, name, value]) => [name.toLowerCase(), value]))
}

const stanzasOf = (text) =>
  text
    .split(/\n\s*\n/)
    .map(fieldsOf)
    .filter((fields) => fields.uris && fields.enabled !== 'no' && /\bdeb\b/.test(fields.types ?? ''))
    .map((fields) => ({
      uri: fields.uris,
      suites: (fields.suites ?? '').split(/\s+/),
      components: fields.components ?? 'main',
      signedBy: fields['signed-by'],
    }))

const oneLine = /^deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s+(.*)$/gm

const linesOf = (text) =>
  [...text.matchAll(oneLine)].map(([, options = '', uri, suite, components]) => ({
    uri,
    suites: [suite],
    components,
    signedBy: /signed-by=(\S+)/.exec(options)?.[1],
  }))

const render = (types, { uri, suites, components, signedBy }) =>
  [`Types: ${types}`, `URIs: ${uri}`, `Suites: ${suites.join(' ')}`, `Components: ${components}`]
    .concat(signedBy ? [`Signed-By: ${signedBy}`] : [])
    .join('\n')

/** The text of one `.sources` file; throws when the machine has no Debian-like mirror. */
export const mirrorSources = (types = 'deb') => {
  const running = release()
  if (!running) throw new Error('this is no Debian or Ubuntu')
  const wanted = older.includes(running) ? target : running
  const usable = (suite) =>
    (suite === running || suite.startsWith(`${running}-`)) && !suite.endsWith('-backports')
  const stanzas = sourceFiles().flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    return file.endsWith('.sources') ? stanzasOf(text) : linesOf(text)
  })
  const mapped = stanzas
    .map((one) => ({
      ...one,
      suites: one.suites.filter(usable).map((suite) => suite.replace(running, wanted)),
    }))
    .filter((one) => one.suites.length > 0 && /\bmain\b/.test(one.components))
  if (mapped.length === 0) throw new Error(`apt has no mirror configured for ${running}`)
  return `${mapped.map((one) => render(types, one)).join('\n\n')}\n`
}
