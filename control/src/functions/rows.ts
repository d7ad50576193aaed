// Rows of the tables of functions.

export type FunctionRow = {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly status: 'ACTIVE' | 'REMOVED' | 'THROTTLED'
  /** The version that answers; 0 while none was activated. */
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

export type KeptFile = { readonly path: string; readonly digest: string }

export type VersionRow = {
  readonly function_id: string
  readonly version: number
  readonly name: string
  readonly verify_jwt: boolean
  readonly entrypoint_path: string
  readonly import_map_path: string | null
  readonly digest: string
  readonly kind: 'sources' | 'bundle'
  readonly files: readonly KeptFile[]
}

/** A function with one of its versions. */
export type Deployed = { readonly fn: FunctionRow; readonly version: VersionRow }
