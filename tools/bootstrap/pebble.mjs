// The certificate authority of the tests: Debian's Pebble, an ACME server, and its DNS server, extracted beside the
// private Postgres and never installed. Where packages cannot be had, a Pebble of this machine takes its place. Only
// for `npm test`.

import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { extract, megabytes, openApt } from './apt.mjs'
import { run, say, step } from './console.mjs'

const programs = ['pebble', 'pebble-challtestsrv']

const folderOf = (repository) => join(repository, '.runtime/pebble')

/** Both need nothing but the C library of any Linux of the last five years. */
export const isPebbleReady = (repository) =>
  programs.every((name) => existsSync(join(folderOf(repository), name)))

const fetchPebble = (work) => {
  const apt = openApt(join(work, 'apt'))
  let files = []
  step('package lists read', () => apt.update())
  step('package fetched', () => {
    files = apt.download(['pebble'])
    return megabytes(files)
  })
  for (const file of files) extract(file, join(work, 'root'))
  return (name) => join(work, 'root/usr/bin', name)
}

const findPebble = () => (name) => run('sh', ['-c', `command -v ${name}`]).trim()

/** Without it the other tests still run: those that need it say what is missing. */
export const preparePebble = (repository) => {
  const reasons = []
  const work = join(repository, '.runtime', `.tmp-pebble-${process.pid}`)
  mkdirSync(join(work, 'root'), { recursive: true })
  try {
    say('Preparing an ACME server for the tests (once per clone, about 3 MB) …')
    for (const route of [fetchPebble, findPebble]) {
      try {
        const pathOf = route(work)
        mkdirSync(folderOf(repository), { recursive: true })
        for (const name of programs) copyFileSync(pathOf(name), join(folderOf(repository), name))
        return
      } catch (error) {
        reasons.push(error.message)
      }
    }
    say(`  No ACME server for the tests: ${reasons.join('; ')}. Install pebble to run them all.`)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
