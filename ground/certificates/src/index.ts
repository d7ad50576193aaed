// The installation's certificate authority, certificates it signs, and those that public authorities issued.

export { type Authority, type Identity, openAuthority } from './authority.ts'
export { type Issued, type IssuedFolder, issuedFolder, type Refusal, renewAt } from './issued.ts'
export { writeVessel } from './self-signed.ts'
