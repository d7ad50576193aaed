// The Management API as typed calls.

export { type Client, type ClientOptions, ManagementError, makeClient } from './client.ts'
export type { Operations } from './operations.generated.ts'
