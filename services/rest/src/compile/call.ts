// Calls of functions.

import type { Parameter } from '@plinth/schema'
import type { BodyColumn, CallPlan } from '../plan/plan.ts'
import { bodyRows } from './write.ts'
import {
  arrayLiteral,
  type Bind,
  columnOf,
  parameter,
  quoteName,
  quoteQualified,
  type Writer,
} from './writer.ts'

const call = 'pgrst_call'

export const returnsScalar = ({ routine }: CallPlan): boolean => routine.result.kind !== 'composite'

const named = (each: Parameter, value: string): string =>
  `${each.variadic ? 'VARIADIC ' : ''}${quoteName(each.name)} := ${value}`

const directly = (
  writer: Writer,
  plan: CallPlan,
  valuesOf: (name: string) => (inputs: Parameters<Bind>[0]) => readonly string[],
): string =>
  plan.parameters
    .map((each) => {
      const values = valuesOf(each.name)
      const bind: Bind = each.variadic
        ? (inputs) => arrayLiteral(values(inputs))
        : (inputs) => values(inputs).at(-1) ?? null
      return named(each, `${parameter(writer, bind)}::${each.castType}`)
    })
    .join(', ')

const invoked = (plan: CallPlan, argumentsSql: string): string => {
  const made = `${quoteQualified(plan.routine)}(${argumentsSql})`
  return returnsScalar(plan) ? `(SELECT ${made} pgrst_scalar) ${call}` : `${made} ${call}`
}

const asColumn = (each: Parameter): BodyColumn => ({
  name: each.name,
  type: each.castType,
  default: null,
  transform: undefined,
})

const fromSql = (writer: Writer, plan: CallPlan): string => {
  const given = plan.arguments
  if (given.kind === 'body') {
    const body = parameter(writer, (inputs) => inputs.body ?? '{}')
    return `FROM ${invoked(plan, `${body}::${given.type}`)}`
  }
  if (plan.parameters.length === 0 || given.kind === 'none') return `FROM ${invoked(plan, '')}`
  if (given.kind === 'slots')
    return `FROM ${invoked(
      plan,
      directly(writer, plan, (name) => {
        const slots = given.slots.get(name) ?? []
        return ({ values }) => slots.map((slot) => values[slot] ?? '')
      }),
    )}`
  if (given.kind === 'form')
    return `FROM ${invoked(
      plan,
      directly(
        writer,
        plan,
        (name) =>
          ({ form }) =>
            form?.get(name) ?? [],
      ),
    )}`
  const rows = bodyRows(writer, {
    columns: plan.parameters.map(asColumn),
    isObject: given.bodyIsObject,
    appliesDefaults: false,
    isOneRow: true,
  })
  const passed = plan.parameters.map((each) => named(each, columnOf('pgrst_body', each.name))).join(', ')
  return `${rows}, LATERAL ${invoked(plan, passed)}`
}

export const callSql = (writer: Writer, plan: CallPlan): string => {
  const columns = returnsScalar(plan)
    ? `${call}.pgrst_scalar`
    : plan.returning.length === 0
      ? '*'
      : plan.returning.map((name) => columnOf(call, name)).join(', ')
  return `SELECT ${columns} ${fromSql(writer, plan)}`
}
