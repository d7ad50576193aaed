// The public face of the catalogue engine: what a database holds, as a value.

export * from './catalogue.ts'
