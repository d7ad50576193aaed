// One error class for the whole program; each door renders it in its own dialect.

export { defineErrors } from './define-errors.ts'
export { type ErrorKind, type ErrorShape, isPlinthError, PlinthError, toPlinthError } from './plinth-error.ts'
