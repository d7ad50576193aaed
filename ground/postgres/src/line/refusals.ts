// What the line says no to by itself, and what becomes of a connection that could not be made.

import { cannotConnect, DatabaseError } from '../database-error.ts'

const refusal = (message: string, sqlstate: string): DatabaseError =>
  new DatabaseError({ message, sqlstate, severity: 'ERROR' })

export const callerGone = (): DatabaseError => refusal('Whoever asked has gone.', '57014')

export const copyRefused = (): DatabaseError => refusal('COPY FROM STDIN is not possible here.', '0A000')

export const transactionRefused = (): DatabaseError =>
  refusal('The statement left a transaction open, which is not possible here.', '25001')

export const noPlace = (waitMs: number): DatabaseError =>
  refusal(`No database connection became free within ${waitMs} ms.`, '53300')

export const lineClosed = (): DatabaseError => refusal('The line to the database is closed.', '08003')

/** Errors that trying again does not cure: wrong password, no such database, no such role. */
export const isFinal = (error: unknown): boolean =>
  error instanceof DatabaseError && (error.sqlstate.startsWith('28') || error.sqlstate === '3D000')

export const asConnectError = (error: unknown): DatabaseError =>
  error instanceof DatabaseError ? error : cannotConnect(error)
