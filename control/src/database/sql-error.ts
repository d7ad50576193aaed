// Errors of user SQL in psql's words, which clients and their users match on:
// `ERROR:  42P01: relation "x" does not exist`, the line, and a caret under the place.

/** What Postgres says of an error; the fields of the wire protocol. */
export type SqlFailure = {
  readonly message: string
  readonly severity?: string | undefined
  readonly code?: string | undefined
  readonly position?: string | undefined
  readonly detail?: string | undefined
  readonly hint?: string | undefined
  readonly internalQuery?: string | undefined
  readonly where?: string | undefined
}

/** The line that holds the 1-based character `position`, and a caret below it. */
const showLine = (query: string, position: number): string => {
  // Postgres counts characters, not UTF-16 units.
  const before = [...query].slice(0, position - 1).join('')
  const number = before.split('\n').length
  const start = before.lastIndexOf('\n') + 1
  const line = query.slice(start).split('\n', 1)[0] ?? ''
  const label = `LINE ${number}: `
  return `${label}${line}\n${' '.repeat(label.length + [...before.slice(start)].length)}^\n`
}

export const describeSqlError = (failure: SqlFailure, query: string): string => {
  const head = `${failure.severity ?? 'ERROR'}:  ${failure.code ?? 'XX000'}: ${failure.message}\n`
  const place = failure.position === undefined ? '' : showLine(query, Number(failure.position))
  const more = [
    ['DETAIL', failure.detail],
    ['HINT', failure.hint],
    ['QUERY', failure.internalQuery],
    ['CONTEXT', failure.where],
  ]
  const tail = more.flatMap(([label, text]) => (text ? [`${label}:  ${text}\n`] : []))
  return head + place + tail.join('')
}
