// The framework, in a file of its own so that it can be loaded late.

export { makeServer } from '@plinth/http'
