// What the line says no to by itself.

import { DatabaseError } from '../database-error.ts'

const refusal = (message: string, sqlstate: string): DatabaseError =>
  new DatabaseError({ message, sqlstate, severity: 'ERROR' })

export const callerGone = (): DatabaseError => refusal('Whoever asked has gone.', '57014')

export const copyRefused = (): DatabaseError => refusal('COPY FROM STDIN is not possible here.', '0A000')

export const transactionRefused = (): DatabaseError =>
  refusal('The statement left a transaction open, which is not possible here.', '25001')

export const noPlace = (waitMs: number): DatabaseError =>
  refusal(`No database connection became free within ${waitMs} ms.`, '53300')

export const lineClosed = (): DatabaseError => refusal('The line to the database is closed.', '08003')
