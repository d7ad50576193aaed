// Second stage: `Wish` and catalogue → `Plan`, or the error that names what cannot be had.

import type { Catalogue, QualifiedName, Relation } from '@plinth/schema'
import { errors } from '../errors.ts'
import type { Wish } from '../parse/wish.ts'
import { planCall, resultName, routineOf } from './call.ts'
import { draftTree } from './draft.ts'
import { nearestName } from './near-names.ts'
import { type Negotiation, negotiate } from './negotiate.ts'
import type { Handler, Plan, ReadNode } from './plan.ts'
import { planRoot, type ReadContext } from './read.ts'
import { planWrite } from './write.ts'

export type PlanConfig = {
  readonly aggregatesEnabled: boolean
  readonly planEnabled: boolean
  readonly urlUseLegacyTargetNames: boolean
  readonly maxRows: number | null
}

/** Schemas larger than this get no hints: comparing thousands of names is not worth one. */
const hintedRelations = 500

export const findRelation = (wish: Wish, catalogue: Catalogue): Relation => {
  const name = wish.target.kind === 'relation' ? wish.target.name : ''
  const inSchema = catalogue.relations.get(wish.schema)
  const relation = inSchema?.get(name)
  if (relation !== undefined) return relation
  const names = inSchema !== undefined && inSchema.size < hintedRelations ? [...inSchema.keys()] : []
  throw errors.noRelation(wish.schema, name, nearestName(names, name, 0.75))
}

const isDefaultSelect = ({ columns, embeds }: ReadNode): boolean =>
  columns.length === 1 && embeds.length === 0 && columns[0]?.field.name === '*'

/** Stages in the order in which the reference server finds faults. */
type Stage = { readonly root: ReadNode; readonly identifier: QualifiedName }

const checkPreferences = (wish: Wish): void => {
  const { unknown, handling } = wish.prefer
  if (handling === 'strict' && unknown.length > 0) throw errors.badPreferences(unknown)
}

const answerForm = (wish: Wish, catalogue: Catalogue, config: PlanConfig, stage: Stage): Negotiation =>
  negotiate({
    catalogue,
    accept: wish.accept,
    identifier: stage.identifier,
    isDefaultSelect: isDefaultSelect(stage.root),
    allowsPlan: config.planEnabled,
  })

const noBody: Handler = { kind: 'none' }

const readContext = (wish: Wish, catalogue: Catalogue, config: PlanConfig): ReadContext => ({
  catalogue,
  schema: wish.schema,
  allowsAggregates: config.aggregatesEnabled,
  cuts: {
    isReading: wish.action === 'read' || wish.action === 'call',
    isRanged: wish.isRanged,
    isBounded: config.maxRows !== null,
  },
})

const draftOptions = (config: PlanConfig, isWrite: boolean) => ({
  isWrite,
  allowsRelationNames: config.urlUseLegacyTargetNames,
})

const planReading = (wish: Wish, catalogue: Catalogue, config: PlanConfig): Plan => {
  const relation = findRelation(wish, catalogue)
  const { root: draft, warnings } = draftTree(wish.query, draftOptions(config, false))
  const root = planRoot(draft, relation, false, readContext(wish, catalogue, config))
  const { handler, media } = answerForm(wish, catalogue, config, { root, identifier: relation })
  checkPreferences(wish)
  return {
    kind: 'read',
    wish,
    root,
    relation,
    handler: wish.method === 'HEAD' ? noBody : handler,
    media,
    warnings,
  }
}

const planWriting = (wish: Wish, catalogue: Catalogue, config: PlanConfig): Plan => {
  const relation = findRelation(wish, catalogue)
  const { root: draft, warnings } = draftTree(wish.query, draftOptions(config, true))
  const root = planRoot(draft, relation, true, readContext(wish, catalogue, config))
  const write = planWrite(wish, relation, catalogue, root)
  checkPreferences(wish)
  const { handler, media } = answerForm(wish, catalogue, config, { root, identifier: relation })
  const showsRows = wish.prefer.return === 'representation'
  return { kind: 'write', wish, root, write, handler: showsRows ? handler : noBody, media, warnings }
}

const planCalling = (wish: Wish, catalogue: Catalogue, config: PlanConfig): Plan => {
  const routine = routineOf(wish, catalogue)
  const identifier = resultName(routine)
  const { root: draft, warnings } = draftTree(wish.query, draftOptions(config, false))
  const root = planRoot(draft, identifier, true, readContext(wish, catalogue, config))
  const call = planCall(wish, routine, root)
  const { handler, media } = answerForm(wish, catalogue, config, { root, identifier })
  checkPreferences(wish)
  const { maxAffected, handling } = wish.prefer
  if (maxAffected !== undefined && handling === 'strict' && !routine.result.isSet)
    throw errors.maxAffectedSingle()
  return {
    kind: 'call',
    wish,
    root,
    call,
    handler: wish.method === 'HEAD' ? noBody : handler,
    media,
    warnings,
  }
}

export const makePlan = (wish: Wish, catalogue: Catalogue, config: PlanConfig): Plan => {
  if (wish.action === 'read') return planReading(wish, catalogue, config)
  return wish.action === 'call' ? planCalling(wish, catalogue, config) : planWriting(wish, catalogue, config)
}
