// Why a client may not come to a database, in the words and codes of upstream's pooler (Supavisor 2.9), which its clients
// and their operators know, or of Postgres where the session is one of Postgres. What to do about it stands in the hint.

export type Refusal = {
  readonly sqlstate: string
  readonly message: string
  readonly hint?: string | undefined
}

/** Supavisor gives everything this one and names its errors in brackets. */
const ofPooler = (code: string, words: string, hint?: string): Refusal => ({
  sqlstate: 'XX000',
  message: `(${code}) ${words}`,
  hint,
})

export const refusals = {
  oldProtocol: (): Refusal => ({
    sqlstate: '0A000',
    message: 'Only version 3 of the Postgres protocol is spoken here.',
  }),
  noReference: (domain: string): Refusal =>
    ofPooler(
      'ENOIDENTIFIER',
      'no tenant identifier provided (external_id or sni_hostname required)',
      `The user name does not say which project to connect to. Use postgres.<project reference>, or connect with TLS to db.<project reference>.${domain}.`,
    ),
  unknownProject: (user: string, ref: string): Refusal =>
    ofPooler(
      'ENOTFOUND',
      `tenant/user ${user}.${ref} not found`,
      `There is no project ${ref} here. Check the project reference in the user name.`,
    ),
  needsTls: (user: string): Refusal =>
    ofPooler(
      'ESSLREQUIRED',
      `SSL connection is required for user: ${user}`,
      'This project takes encrypted connections only. Connect with sslmode=require.',
    ),
  addressNotAllowed: (address: string): Refusal =>
    ofPooler(
      'EADDRNOTALLOWED',
      `address not in tenant allow_list: ${address}`,
      "It is not among the addresses of this project's network restrictions.",
    ),
  tooManyPooled: (most: number): Refusal =>
    ofPooler('EMAXCONN', `max client connections reached, limit: ${most}`),
  /** In the words of Postgres, by whose code drivers know when to try again. */
  tooManyDirect: (): Refusal => ({ sqlstate: '53300', message: 'sorry, too many clients already' }),
  consoleOfPooler: (): Refusal => ({ sqlstate: '3D000', message: 'database "pgbouncer" does not exist' }),
  searchPathOfPooler: (): Refusal => ({
    sqlstate: '0A000',
    message: 'In transaction mode a connection cannot bring a search_path of its own.',
    hint: 'Set it for the role (alter role … set search_path = …), name schemas in full, or connect in session mode.',
  }),
} as const

/** Told to the client, and the end of its connection. */
export class RefusedClient extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}
