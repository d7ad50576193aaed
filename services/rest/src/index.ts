// The public face of the REST service.

export { errors as restErrors } from './errors.ts'
export { type RestDeps, restService } from './service.ts'
