// Looks at user SQL with the server's own grammar, where a rule must hold before anything runs.

import { setFlagsFromString } from 'node:v8'

/**
 * On first use: the grammar is a WebAssembly module that only few calls need. Its parser is one function of such a size
 * that the optimizing compiler takes 550 MiB for a moment to translate it, and gains nothing (2026-11-28): 605 MiB at
 * most with it, 70 without. Nothing else in this process runs WebAssembly for long.
 */
const loadGrammar = () => {
  setFlagsFromString('--no-wasm-tier-up')
  setFlagsFromString('--no-wasm-dynamic-tiering')
  return import('pgsql-parser')
}
let loading: ReturnType<typeof loadGrammar> | undefined

/** Kinds of the statements in a text, or `undefined` when the grammar refuses it: then Postgres has the word. */
export const statementKinds = async (text: string): Promise<readonly Statement[] | undefined> => {
  loading ??= loadGrammar()
  const { parse } = await loading
  try {
    const { stmts = [] } = await parse(text)
    return stmts.map((entry) => readStatement(text, entry))
  } catch {
    return undefined
  }
}

export type Statement = {
  /** The grammar's name: `SelectStmt`, `TransactionStmt`. */
  readonly kind: string
  /** For a TransactionStmt, what it does: `TRANS_STMT_COMMIT`. */
  readonly does?: string
  /** The statement itself, without the semicolon. */
  readonly text: string
}

type Entry = {
  readonly stmt?: object
  readonly stmt_location?: number
  readonly stmt_len?: number
}

const readStatement = (text: string, entry: Entry): Statement => {
  const [kind, body] = Object.entries(entry.stmt ?? {})[0] ?? ['', {}]
  // Places are counted in bytes.
  const bytes = Buffer.from(text)
  const start = entry.stmt_location ?? 0
  const end = entry.stmt_len === undefined ? bytes.length : start + entry.stmt_len
  const does: unknown = body.kind
  return {
    kind,
    ...(typeof does === 'string' && { does }),
    text: bytes.subarray(start, end).toString(),
  }
}

const isTransaction = ({ kind }: Statement): boolean => kind === 'TransactionStmt'

/** Whether any statement would begin, end or mark a transaction; unknown when the grammar refuses the text. */
export const touchesTransaction = async (text: string): Promise<boolean | undefined> =>
  (await statementKinds(text))?.some(isTransaction)

/**
 * The text without a `begin; … commit;` around the whole, which migration files often carry.
 * `undefined` when transactions are begun or ended anywhere else.
 */
export const withoutTransaction = async (text: string): Promise<string | undefined> => {
  const statements = await statementKinds(text)
  if (statements === undefined || !statements.some(isTransaction)) return text
  const inner = statements.slice(1, -1)
  const isWrapped =
    ['TRANS_STMT_BEGIN', 'TRANS_STMT_START'].includes(statements[0]?.does ?? '') &&
    statements.at(-1)?.does === 'TRANS_STMT_COMMIT' &&
    !inner.some(isTransaction)
  return isWrapped ? inner.map((statement) => `${statement.text};`).join('\n') : undefined
}
