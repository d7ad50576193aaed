// Rows of pg_proc → routines; settings text → pairs.

import type { FunctionResult, Isolation, Routine, Setting } from '../catalogue.ts'
import type { FunctionRow } from '../sql/list-functions.ts'

const volatilities = { v: 'volatile', s: 'stable', i: 'immutable' } as const

const bodyTypes = ['json', 'jsonb', 'text', 'xml', 'bytea'] as const

export const buildFunction = (row: FunctionRow): Routine => {
  const settings = (row.settings ?? []).map(toSetting)
  return {
    id: row.id,
    schema: row.schema,
    name: row.name,
    comment: row.comment,
    parameters: row.parameters.map(([name, type, castType, required, variadic]) => ({
      name,
      type,
      castType,
      required,
      variadic,
    })),
    hasVariadic: row.parameters.some(([, , , , variadic]) => variadic),
    result: toResult(row),
    volatility: volatilities[row.volatility],
    bodyType: bodyType(row),
    isolation: isolationOf(settings),
    settings,
  }
}

const toResult = (row: FunctionRow): FunctionResult => {
  const isVoid = row.resultSchema === 'pg_catalog' && row.resultName === 'void'
  return {
    kind: isVoid ? 'void' : row.isComposite ? 'composite' : 'scalar',
    isSet: row.isSet,
    type: { schema: row.resultSchema, name: row.resultName },
    isDomain: row.isDomain,
  }
}

const bodyType = ({ parameters: [only, second] }: FunctionRow): Routine['bodyType'] =>
  only?.[0] === '' && second === undefined ? (bodyTypes.find((type) => type === only[1]) ?? null) : null

const toSetting = (line: string): Setting => {
  const end = line.indexOf('=')
  return [line.slice(0, end), line.slice(end + 1)]
}

/** The level that `default_transaction_isolation` asks for. */
export const isolationOf = (settings: readonly Setting[]): Isolation | null => {
  const value = settings.find(([name]) => name === isolationSetting)?.[1].toLowerCase()
  if (value === undefined) return null
  return value === 'repeatable read' || value === 'serializable' ? value : 'read committed'
}

export const isolationSetting = 'default_transaction_isolation'
