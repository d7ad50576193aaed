// One row of the access table: an operation, how to ask for it, and what each kind of caller gets.

export type Request = { readonly path: string; readonly body?: unknown; readonly headers?: object }

export type Row = {
  readonly id: string
  /** Makes what the operation needs, anew for every caller; `token` is who will ask. */
  readonly make: (token?: string) => Promise<Request> | Request
  readonly reader: number
  readonly developer: number
  /** When it is not the declared status, nobody can have it today: then only that is checked. */
  readonly owner: number
  /** For somebody without a part in the organization; default 404. */
  readonly stranger?: number
  /** For a token that holds no permission; default 403. */
  readonly powerless?: number
  /** The answer is a file, not JSON. */
  readonly isFile?: true
}

export const all = (status: number) => ({ reader: status, developer: status, owner: status })
export const writers = (status: number) => ({ reader: 403, developer: status, owner: status })
export const admins = (status: number) => ({ reader: 403, developer: 403, owner: status })
