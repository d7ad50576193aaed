// The public face of the catalogue engine: what a database holds, as a value.

export * from './catalogue.ts'
export { type DiffOptions, diffSchemas, type SchemaChange, type SchemaDiff } from './diff-schemas.ts'
export { errors as schemaErrors } from './errors.ts'
export { readCatalogue, type Scope, type Transactions } from './read-catalogue.ts'
export { type TypescriptOptions, typescriptTypes } from './typescript-types.ts'
export { type CatalogueWatch, type WatchOptions, watchCatalogue } from './watch-catalogue.ts'
