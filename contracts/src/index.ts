// What crosses a process boundary: types and schemas, nothing that runs.

export * from './api-key.ts'
export * from './auth-config.ts'
export * from './branch.ts'
export * from './caller.ts'
export * from './ids.ts'
export * from './migration.ts'
export * from './observations.ts'
export * from './rest-config.ts'
export * from './route.ts'
export * from './signing-key.ts'
export * from './stack-place.ts'
export * from './stack-spec.ts'
