// A folder for what the test files of a run share (vitest globalSetup); filled by those that need it first.

import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-shared-'))
  // Processes with users of their own pass through.
  await chmod(folder, 0o711)
  project.provide('sharedPlace', folder)
  return () => rm(folder, { recursive: true, force: true })
}
