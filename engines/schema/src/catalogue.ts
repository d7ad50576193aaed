// What the REST planner knows of a database: a read-only value, built by `readCatalogue`, replaced as a
// whole by `watchCatalogue`, never changed. Everything is found by schema, then name.

export type QualifiedName = { readonly schema: string; readonly name: string }

/** Schema → name → thing. */
export type ByName<T> = ReadonlyMap<string, ReadonlyMap<string, T>>

export type Column = {
  readonly name: string
  readonly comment: string | null
  readonly nullable: boolean
  /** Domains resolved and lengths left out: `character varying`, `integer[]`, `public.mood`. */
  readonly type: string
  /** As declared: `character varying(10)`, `public.color`. The key into `representations`. */
  readonly declaredType: string
  readonly maxLength: number | null
  /** SQL text of the default; a domain's default and `nextval(…)` of an identity count too. */
  readonly default: string | null
  /** Labels in order when the type (or a domain's base type) is an enum, else empty. */
  readonly enumValues: readonly string[]
  /** A generated column, or an identity that is always generated, takes no value from a client. */
  readonly generated: 'stored' | 'virtual' | null
  readonly identity: 'always' | 'by default' | null
}

/** A function of one row argument that gives a scalar; usable like a column. */
export type ComputedColumn = {
  readonly name: string
  readonly function: QualifiedName
  readonly type: string
}

export type RelationKind = 'table' | 'partitioned' | 'view' | 'materialized' | 'foreign'

/** Anything that has rows: tables, views, foreign tables. Partitions are hidden behind their parent. */
export type Relation = {
  readonly schema: string
  readonly name: string
  readonly kind: RelationKind
  readonly comment: string | null
  readonly insertable: boolean
  readonly updatable: boolean
  readonly deletable: boolean
  /** Column names; of a view, the columns that carry the key of its base table. */
  readonly primaryKey: readonly string[]
  /** In the order of the table. */
  readonly columns: ReadonlyMap<string, Column>
  readonly computedColumns: ReadonlyMap<string, ComputedColumn>
  /** Everything that can be embedded into this relation, in the order in which ambiguities are told. */
  readonly relationships: readonly Relationship[]
}

/** One pair of a join: a column of the source equals a column of the target. */
export type ColumnPair = { readonly source: string; readonly target: string }

type RelationshipEnds = {
  readonly source: QualifiedName
  readonly target: QualifiedName
  /** Both ends are the same relation. */
  readonly isSelf: boolean
}

/**
 * A relationship by one foreign key. `one-to-one` is a foreign key on unique columns; `isParent` is true
 * when seen from the referenced side.
 */
export type KeyRelationship = RelationshipEnds & {
  readonly kind: 'many-to-one' | 'one-to-many' | 'one-to-one'
  readonly constraint: string
  readonly columns: readonly ColumnPair[]
  readonly isParent: boolean
  readonly sourceIsView: boolean
  readonly targetIsView: boolean
}

/** Two foreign keys of one junction whose columns all belong to the junction's primary key. */
export type JunctionRelationship = RelationshipEnds & {
  readonly kind: 'many-to-many'
  readonly junction: {
    readonly relation: QualifiedName
    readonly sourceConstraint: string
    readonly targetConstraint: string
    /** `source`: column of the source; `target`: column of the junction. */
    readonly sourceColumns: readonly ColumnPair[]
    /** `source`: column of the junction; `target`: column of the target. */
    readonly targetColumns: readonly ColumnPair[]
  }
  readonly sourceIsView: boolean
  readonly targetIsView: boolean
}

/** A function of one row argument that gives rows of a relation. Found by the function's schema and name. */
export type ComputedRelationship = RelationshipEnds & {
  readonly kind: 'computed'
  readonly function: QualifiedName
  readonly toOne: boolean
}

export type Relationship = KeyRelationship | JunctionRelationship | ComputedRelationship

/** True when an embed gives one object and not a list. */
export const isToOne = (relationship: Relationship): boolean =>
  relationship.kind === 'computed'
    ? relationship.toOne
    : relationship.kind === 'many-to-one' || relationship.kind === 'one-to-one'

export type Isolation = 'read committed' | 'repeatable read' | 'serializable'

export type Setting = readonly [name: string, value: string]

export type Parameter = {
  /** Empty for an unnamed one. */
  readonly name: string
  readonly type: string
  /** Type to cast a value to: `bit` and `character` without their length of one. */
  readonly castType: string
  readonly required: boolean
  readonly variadic: boolean
}

export type FunctionResult = {
  /** `composite` also for OUT and TABLE arguments (`type` is then `pg_catalog.record`). */
  readonly kind: 'scalar' | 'composite' | 'void'
  readonly isSet: boolean
  /** With domains resolved; of a row type, the relation or composite type. */
  readonly type: QualifiedName
  /** Declared as a domain over `type`. */
  readonly isDomain: boolean
}

export type Routine = {
  /** Object id in this database: tells overloads apart. */
  readonly id: number
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  /** Input parameters in order (IN, INOUT, VARIADIC). */
  readonly parameters: readonly Parameter[]
  readonly hasVariadic: boolean
  readonly result: FunctionResult
  readonly volatility: 'volatile' | 'stable' | 'immutable'
  /** The only parameter, when it is unnamed and takes a whole request body. */
  readonly bodyType: 'json' | 'jsonb' | 'text' | 'xml' | 'bytea' | null
  /** From `set default_transaction_isolation`. */
  readonly isolation: Isolation | null
  /** `set` clauses of the function; hoisting some of them is the planner's choice. */
  readonly settings: readonly Setting[]
}

/** Turns rows (aggregate over a row type or `anyelement`) or a function's result into a body. */
export type MediaHandler = {
  /** Lower case as the domain is named, or every type by star, slash, star. */
  readonly mediaType: string
  /** What the answer's Content-Type says. */
  readonly contentType: string
  /** `aggregate`: call it over the rows; `result`: the function itself already returns the body. */
  readonly kind: 'aggregate' | 'result'
  readonly function: QualifiedName
  /** What the domain stands on: bytea comes as `\x…`, everything else as its text. */
  readonly encoding: 'text' | 'bytes' | 'jsonb'
}

export type MediaHandlers = {
  /** Aggregates over `anyelement`, by media type. */
  readonly any: ReadonlyMap<string, MediaHandler>
  /** By relation (aggregates) or by function (results). */
  readonly of: ByName<ReadonlyMap<string, MediaHandler>>
}

/** Settings of a role that requests may run as; the isolation level is not among `settings`. */
export type RoleSettings = {
  readonly isolation: Isolation | null
  readonly settings: readonly Setting[]
}

export type Catalogue = {
  /** As `server_version_num`: 170004. */
  readonly serverVersion: number
  readonly hasPostgis: boolean
  readonly schemas: readonly string[]
  readonly schemaComments: ReadonlyMap<string, string>
  readonly relations: ByName<Relation>
  /** Overloads ordered by number of parameters. */
  readonly functions: ByName<readonly Routine[]>
  /** Implicit casts of domains: from type → to type → function as SQL text, ready to be called. */
  readonly representations: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly mediaHandlers: MediaHandlers
  /** Roles the connection's own role may become. */
  readonly roles: ReadonlyMap<string, RoleSettings>
}
