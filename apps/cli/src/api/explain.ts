// The operations as a list, and one of them with everything that can be given with it.

import type { Argument, Described } from './describe.ts'

export const listOperations = (operations: readonly Described[]): string => {
  const width = Math.max(...operations.map(({ name }) => name.length))
  return operations.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`).join('\n')
}

const kindOf = ({ schema }: Argument): string => {
  const { enum: values, type } = schema
  if (Array.isArray(values)) return values.join('|')
  return [type ?? 'json'].flat().join(' or ')
}

export const explainOperation = (operation: Described): string => {
  const { name, about, method, path, arguments: args, wholeBody } = operation
  const lines = args.map((one) => {
    const kind = `--${one.name} <${kindOf(one)}>`
    return `  ${kind.padEnd(48)} ${[one.required ? 'needed' : '', String(one.schema['description'] ?? '')].filter(Boolean).join('; ')}`.trimEnd()
  })
  const body = wholeBody ? ['  --body <json or @file>'] : []
  return [`Usage: plinth api ${name} [options]`, '', about, `${method} ${path}`, '', ...lines, ...body].join(
    '\n',
  )
}
