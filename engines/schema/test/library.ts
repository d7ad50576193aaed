// A test database that holds the library of fixtures/schema.

import { readFile } from 'node:fs/promises'
import { type TestDatabase, testDatabase } from '@plinth/testing'

const file = new URL('../../../fixtures/schema/library.sql', import.meta.url)

export const openLibrary = async (): Promise<TestDatabase> => {
  const database = await testDatabase()
  const text = await readFile(file, 'utf8')
  await database.admin.session((session) => session.script(text))
  return database
}
