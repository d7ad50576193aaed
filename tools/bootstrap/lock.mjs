// Two starts at the same time must not prepare the same folder: the second waits for the first.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { say, Unready } from './console.mjs'

const tryLock = (file) => {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw new Unready(`Plinth cannot write to ${file} (${error.code}): run it as the owner of this folder.`)
  }
}

const holderOf = (file) => {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return 0
  }
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Runs `work` while holding `<repository>/.runtime/lock`; a lock of a dead process is taken over. */
export const withLock = async (repository, work) => {
  const folder = join(repository, '.runtime')
  const file = join(folder, 'lock')
  mkdirSync(folder, { recursive: true })
  let told = false
  while (!tryLock(file)) {
    const holder = holderOf(file)
    if (holder > 0 && !isAlive(holder)) rmSync(file, { force: true })
    else {
      if (!told) say(`Waiting for process ${holder}, which prepares Plinth at this moment.`)
      told = true
      await pause(100)
    }
  }
  try {
    work()
  } finally {
    rmSync(file, { force: true })
  }
}
