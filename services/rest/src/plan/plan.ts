// What the planner hands to the compiler. Everything is resolved: relations, types, casts, handlers. Values
// of the request are still slots, so one plan serves all requests of its shape.

import type { MediaHandler, QualifiedName, Relation, Relationship, Routine } from '@plinth/schema'
import type { Operation } from '../parse/filter.ts'
import type { MediaType } from '../parse/media-type.ts'
import type { JsonStep } from '../parse/names.ts'
import type { Aggregate } from '../parse/select.ts'
import type { Wish } from '../parse/wish.ts'

/** A column (or computed column) of one relation, with what must happen to it. */
export type PlannedField = {
  readonly name: string
  readonly path: readonly JsonStep[]
  /** Not json itself: goes through `to_jsonb` before a path. */
  readonly viaJson: boolean
  /** SQL name of a cast function around it (domain representations). */
  readonly transform: string | undefined
  /** The row itself, for counting rows of a spread. */
  readonly isRow: boolean
}

export type PlannedColumn = {
  readonly field: PlannedField
  readonly cast: string | undefined
  readonly aggregate: Aggregate | undefined
  readonly aggregateCast: string | undefined
  readonly alias: string | undefined
}

export type Condition =
  | {
      readonly kind: 'filter'
      readonly field: PlannedField
      readonly isNegated: boolean
      readonly operation: Operation
      /** `to_tsvector` around the field: not for columns that are one already. */
      readonly vector: { readonly language: string | undefined } | undefined
    }
  | { readonly kind: 'embed-null'; readonly embed: Embed; readonly isNegated: boolean }
  | { readonly kind: 'and' | 'or'; readonly isNegated: boolean; readonly terms: readonly Condition[] }

export type OrderBy = {
  /** Alias of the embed the field is taken from; the node itself when undefined. */
  readonly of: string | undefined
  readonly field: PlannedField
  readonly direction: 'asc' | 'desc' | undefined
  readonly nulls: 'first' | 'last' | undefined
}

/** Slots of a level's own `limit` and `offset`. */
export type LevelRange = { readonly limit: number | undefined; readonly offset: number | undefined }

/** A column that a spread lifts into the level above. */
export type Lifted = {
  readonly name: string
  readonly aggregate: Aggregate | undefined
  readonly aggregateCast: string | undefined
  readonly alias: string | undefined
}

export type ReadNode = {
  /** Where rows come from; undefined is the result of the write or call of this request. */
  readonly source: QualifiedName | undefined
  /** Name that stands for the rows in the statement. */
  readonly alias: string
  readonly columns: PlannedColumn[]
  readonly where: Condition[]
  readonly order: OrderBy[]
  readonly range: LevelRange
  /** Whether the request or the configured maximum cuts this level's rows. */
  readonly isCapped: boolean
  readonly embeds: Embed[]
}

export type Embed = {
  readonly node: ReadNode
  readonly relationship: Relationship
  /** Key in the answer. */
  readonly name: string
  /** Alias of the lateral join. */
  readonly alias: string
  /** Alias of the junction of a many-to-many. */
  readonly junctionAlias: string | undefined
  readonly parentAlias: string
  readonly isInner: boolean
  readonly shape: 'object' | 'list' | 'spread-one' | 'spread-many'
  /** Selects nothing: filters only. */
  readonly isEmpty: boolean
  readonly lifted: Lifted[]
  /** Columns selected only to order a to-many spread, and the order over them. */
  readonly orderColumns: { readonly of: string | undefined; readonly column: PlannedColumn }[]
  readonly liftedOrder: OrderBy[]
}

export type Handler =
  | { readonly kind: 'none' | 'json' | 'csv' | 'geojson' }
  | { readonly kind: 'object' | 'array-stripped'; readonly nullsStripped: boolean }
  | {
      readonly kind: 'custom'
      readonly function: QualifiedName
      readonly isAggregate: boolean
      readonly encoding: MediaHandler['encoding']
      /** The relation whose rows the function takes; undefined takes any. */
      readonly rowType: QualifiedName | undefined
    }

export type BodyColumn = {
  readonly name: string
  readonly type: string
  readonly default: string | null
  readonly transform: string | undefined
}

export type WritePlan = {
  readonly kind: 'insert' | 'update' | 'delete'
  readonly relation: Relation
  readonly columns: readonly BodyColumn[]
  readonly bodyIsObject: boolean
  readonly where: readonly Condition[]
  readonly returning: readonly string[]
  readonly conflict: { readonly action: 'merge' | 'ignore'; readonly columns: readonly string[] } | undefined
  readonly appliesDefaults: boolean
  /** Inserted and updated rows are told apart for the status. */
  readonly countsInserted: boolean
  readonly isPut: boolean
  /** Key columns for `Location`; empty when it is not wanted. */
  readonly locationKey: readonly string[]
}

export type CallArguments =
  | { readonly kind: 'none' }
  /** Slots of values by parameter; several for a variadic one. */
  | { readonly kind: 'slots'; readonly slots: ReadonlyMap<string, readonly number[]> }
  | { readonly kind: 'json'; readonly bodyIsObject: boolean }
  | { readonly kind: 'form'; readonly names: readonly string[] }
  /** The whole body is the one unnamed parameter. */
  | { readonly kind: 'body'; readonly type: string }

export type CallPlan = {
  readonly routine: Routine
  readonly parameters: Routine['parameters']
  readonly arguments: CallArguments
  readonly returning: readonly string[]
}

type Common = {
  readonly wish: Wish
  readonly handler: Handler
  readonly media: MediaType
  readonly warnings: readonly (readonly [name: string, alias: string])[]
}

export type ReadPlan = Common & {
  readonly kind: 'read'
  readonly root: ReadNode
  readonly relation: Relation
}
export type WritingPlan = Common & {
  readonly kind: 'write'
  readonly root: ReadNode
  readonly write: WritePlan
}
export type CallingPlan = Common & { readonly kind: 'call'; readonly root: ReadNode; readonly call: CallPlan }

/** Plans that run a statement. */
export type Plan = ReadPlan | WritingPlan | CallingPlan
