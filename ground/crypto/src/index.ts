// Everything cryptographic that more than one part needs, over node:crypto. Only sealed files wait on I/O;
// password hashing leaves the event loop.

export { isApiKeyOf, newApiKey } from './api-key.ts'
export { isEqual, sha256Base64Url, sha256Hex } from './digest.ts'
export { signHs256 } from './hs256.ts'
export type { KeySource } from './key-set.ts'
export { hashPassword, isPasswordHash, maxPasswordBytes, verifyPassword } from './password-hash.ts'
export { platformKeyOf } from './platform-key.ts'
export { isKeySet, type KeySet, usableKeys } from './public-keys.ts'
export { newAccessToken, newPassword, newRef } from './random.ts'
export { scramVerifier } from './scram.ts'
export { seal, unseal } from './seal.ts'
export { ensureSealedFile, readInstallationKey, readSealedFile, writeSealedFile } from './sealed-file.ts'
export { makeSigner, type Signer } from './signer.ts'
export { type Claims, TokenError, type TokenProblem } from './token.ts'
export type { TimeRules } from './token-times.ts'
export { makeVerifier, type OtherKeys, type Verifier } from './verifier.ts'
