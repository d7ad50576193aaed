// One request on its way through the line: what was asked, and what has come back so far.

import { DatabaseError } from '../database-error.ts'
import { beginText } from '../pool.ts'
import type { Statement } from '../sql.ts'
import type { Prepared } from './statement-names.ts'

export type LineResult = {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
  readonly affected: number
}

/** For requests of one kind: `names` are the same array each time, and what is made of them is kept by it. */
export type NamedSettings = { readonly names: readonly string[]; readonly values: readonly string[] }

export type LineRequest = {
  /** Set for this transaction only, in the same round trip, before the statements. */
  readonly settings: readonly (readonly [name: string, value: string])[] | NamedSettings
  /** Run in order in one transaction. */
  readonly statements: readonly Statement[]
  readonly mode: 'read' | 'write'
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable' | undefined
  /** Nobody before it and nobody behind it on its connection. */
  readonly exclusive?: boolean | undefined
  /** Looks at the results before the transaction ends, and ends it. */
  readonly decide?: ((results: readonly LineResult[]) => 'commit' | 'rollback') | undefined
  readonly signal?: AbortSignal | undefined
  /**
   * Whether whoever asked has gone; then it is cancelled. Asked now and then while it takes long, so that quick
   * requests need no signal.
   */
  readonly isGone?: (() => boolean) | undefined
}

export class Turn {
  /** Everything to run: what the line adds, then the caller's statements. */
  readonly statements: readonly Statement[]
  /** How many of them the line added; their results are nobody's business. */
  readonly added: number
  readonly decide: LineRequest['decide']
  readonly isGone: LineRequest['isGone']
  /** In a transaction that we begin and end with words, instead of an implicit one. */
  readonly isExplicit: boolean
  readonly isAlone: boolean
  readonly resolve: (results: readonly LineResult[]) => void
  readonly reject: (reason: unknown) => void

  /** Expected to be over in a moment, so that others may be sent with it. */
  isQuick = false
  /** When it gives up to wait for a place. */
  waitsUntil = 0
  /** The caller has gone; what still comes back is dropped. */
  isAborted = false
  /** Parses everything anew without names: the last try met a statement the server no longer had. */
  isFresh = false
  /** A cancel meant for a neighbour may hit this one. */
  isExposed = false

  results: LineResult[] = []
  rows: (string | null)[][] = []
  error: unknown
  isDecided = false
  /** Statements sent, in order, and how many of them are complete. */
  sent: Prepared[] = []
  complete = 0
  /** Those sent with a Parse, and how many of these the server has taken. */
  parsing: Prepared[] = []
  parsed = 0

  constructor(
    request: LineRequest,
    resolve: (results: readonly LineResult[]) => void,
    reject: (reason: unknown) => void,
  ) {
    this.isExplicit = request.decide !== undefined || request.isolation !== undefined
    this.isAlone = this.isExplicit || request.exclusive === true
    this.decide = request.decide
    this.isGone = request.isGone
    const statements = preamble(request, this.isExplicit)
    this.added = statements.length
    for (const statement of request.statements) statements.push(statement)
    for (const statement of statements) check(statement)
    this.statements = statements
    this.resolve = resolve
    this.reject = reject
  }

  /** By which its pace is known. */
  get mainText(): string {
    return this.statements.at(-1)?.text ?? ''
  }

  /** The statement that runs next has these columns. */
  describe(columns: readonly string[]): void {
    const prepared = this.sent[this.complete]
    if (prepared !== undefined) prepared.columns = columns
  }

  /** Back to the state before it was sent; most are sent once. */
  reset(): void {
    if (this.sent.length === 0) return
    this.results = []
    this.rows = []
    this.error = undefined
    this.isDecided = false
    this.isExposed = false
    this.sent = []
    this.complete = 0
    this.parsing = []
    this.parsed = 0
  }
}

const preamble = ({ settings, mode, isolation }: LineRequest, isExplicit: boolean): Statement[] => {
  const readOnly = mode === 'read'
  const statements: Statement[] = []
  if (isExplicit)
    statements.push({ text: beginText({ ...(isolation && { isolation }), readOnly }), values: [] })
  const saysReadOnly = readOnly && !isExplicit
  if ('names' in settings) statements.push(namedStatement(settings, saysReadOnly))
  else if (saysReadOnly || settings.length > 0) statements.push(settingsStatement(settings, saysReadOnly))
  return statements
}

const readOnlySetting = ['transaction_read_only', 'on'] as const

/**
 * `select set_config('role', $1, true), …`. The names are part of the text, which spares half of the parameters;
 * requests of one kind have the same names, so there are few texts and each is prepared once.
 */
const settingsStatement = (
  settings: readonly (readonly [name: string, value: string])[],
  saysReadOnly: boolean,
): Statement => {
  let names = ''
  const values: string[] = []
  if (saysReadOnly) {
    names = `${readOnlySetting[0]}\n`
    values.push(readOnlySetting[1])
  }
  for (const [name, value] of settings) {
    names += `${name}\n`
    values.push(value)
  }
  const known = settingsTexts.get(names)
  if (known !== undefined) return { text: known, values }
  const calls = (saysReadOnly ? [readOnlySetting, ...settings] : settings).map(
    ([name], index) => `pg_catalog.set_config(${literal(name)}, $${index + 1}, true)`,
  )
  const text = `select ${calls.join(', ')}`
  if (settingsTexts.size >= keptTexts) settingsTexts.clear()
  settingsTexts.set(names, text)
  return { text, values }
}

type Texts = { readonly read: string; readonly write: string }

const namedStatement = ({ names, values }: NamedSettings, saysReadOnly: boolean): Statement => {
  const texts = namedTexts.get(names) ?? textsOf(names)
  return saysReadOnly
    ? { text: texts.read, values: [readOnlySetting[1], ...values] }
    : { text: texts.write, values }
}

const textsOf = (names: readonly string[]): Texts => {
  const settings = names.map((name) => [name, ''] as const)
  const texts = {
    read: settingsStatement(settings, true).text,
    write: settingsStatement(settings, false).text,
  }
  namedTexts.set(names, texts)
  return texts
}
const namedTexts = new WeakMap<readonly string[], Texts>()

const settingsTexts = new Map<string, string>()
const keptTexts = 1000

const literal = (text: string): string => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

/** What the protocol has no words for must not reach the wire. */
const check = ({ text, values }: Statement): void => {
  if (values.length > 65_535)
    throw refused(`A statement can have 65535 parameters, this one has ${values.length}.`)
  if (text.includes('\0')) throw refused('A statement cannot contain the character NUL.')
}

const refused = (message: string): DatabaseError =>
  new DatabaseError({ message, sqlstate: '54000', severity: 'ERROR' })
