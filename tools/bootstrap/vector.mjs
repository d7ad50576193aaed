// pgvector from its source, without make: for a Postgres that came without it.

import { appendFileSync, copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { extract, openApt } from './apt.mjs'
import { hasProgram, run } from './console.mjs'

const major = '17'

/** No -fvisibility=hidden: Postgres finds the entry points by name. */
const flags = [
  ...['-O2', '-fPIC', '-fwrapv', '-fno-strict-aliasing', '-ftree-vectorize', '-fassociative-math'],
  ...['-fno-signed-zeros', '-fno-trapping-math', '-D_GNU_SOURCE'],
]

const findSource = (folder) => {
  const archive = readdirSync(folder).find((name) => /^pgvector_.*\.orig\.tar\.gz$/.test(name))
  if (!archive) throw new Error('the mirror has no source of pgvector')
  const source = join(folder, 'source')
  mkdirSync(source)
  run('tar', ['xf', join(folder, archive), '-C', source, '--strip-components=1'])
  return source
}

const compile = (source, headers) => {
  const includes = ['-I', join(source, 'src'), '-I', join(headers, `usr/include/postgresql/${major}/server`)]
  const objects = readdirSync(join(source, 'src'))
    .filter((name) => name.endsWith('.c'))
    .map((name) => {
      const object = join(source, name.replace(/\.c$/, '.o'))
      run('gcc', [...flags, ...includes, '-c', join(source, 'src', name), '-o', object])
      return object
    })
  const library = join(source, 'vector.so')
  run('gcc', ['-shared', '-o', library, ...objects, '-Wl,-z,relro,-z,now', '-lm'])
  return library
}

/** Puts pgvector into the Postgres at `native` (`bin`, `lib`, `share`); gives back its version. */
export const addVector = (native, work) => {
  if (!hasProgram('gcc')) throw new Error('gcc is not on this machine')
  const apt = openApt(join(work, 'apt'), { sources: true })
  apt.update()
  const headers = join(work, 'headers')
  for (const file of apt.download([`postgresql-server-dev-${major}`])) extract(file, headers)
  const source = findSource(apt.source('pgvector'))
  const control = readFileSync(join(source, 'vector.control'), 'utf8')
  const version = /default_version = '([^']+)'/.exec(control)?.[1]
  const library = compile(source, headers)
  const extensions = join(native, 'share/postgresql/extension')
  copyFileSync(library, join(native, 'lib/postgresql', basename(library)))
  copyFileSync(join(source, 'vector.control'), join(extensions, 'vector.control'))
  copyFileSync(join(source, 'sql/vector.sql'), join(extensions, `vector--${version}.sql`))
  if (!control.includes('trusted = true'))
    appendFileSync(join(extensions, 'vector.control'), 'trusted = true\n')
  return version
}
