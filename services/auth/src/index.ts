// Sign-up to sign-out of one branch: GoTrue's API and tables.

export type { Letter, LetterKind, Mail } from './core/letter.ts'
export { type AuthDeps, tokenTimes } from './deps.ts'
export { errors as authErrors } from './errors.ts'
export { authService } from './service.ts'
