// For tests only: databases of their own, what is made once for all files, and a look at what they left open.

export { leakCheck } from './leak-check.ts'
export { sharedFolder } from './shared-folder.ts'
export {
  type TestDatabase,
  type TestDatabaseOptions,
  type TestPostgres,
  testDatabase,
} from './test-database.ts'
