// For tests only: databases of their own, and a look at what they left open.

export { leakCheck } from './leak-check.ts'
export {
  type TestDatabase,
  type TestDatabaseOptions,
  type TestPostgres,
  testDatabase,
} from './test-database.ts'
