// The installation's certificate authority, and certificates it signs.

export { type Authority, type Identity, openAuthority } from './authority.ts'
export { writeVessel } from './self-signed.ts'
