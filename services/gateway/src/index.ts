// The gateway of one branch: keys, callers, CORS, limits. It carries the services that the stack hands it.

export { gatewayDialect } from './dialect.ts'
export { gatewayErrors } from './errors.ts'
export { accessTable } from './routes.ts'
export { type Gateway, type GatewayDeps, makeGateway } from './service.ts'
