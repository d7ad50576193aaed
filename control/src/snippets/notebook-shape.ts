// A notebook: cells of text, of SQL on the database, of SQL on the logs.

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { Person } from './people.ts'

const Chart = z.object({
  type: z.enum(['bar', 'line']),
  x_column: z.string(),
  y_series: z.array(z.object({ column: z.string() })).max(3),
  scale: z.enum(['linear', 'log']),
  cumulative: z.boolean(),
  show_labels: z.boolean(),
})
const display = {
  title: z.string().optional(),
  view: z.enum(['table', 'chart']).optional(),
  chart: Chart.optional(),
}
const TimeRange = z.discriminatedUnion('type', [
  z.object({ type: z.literal('absolute'), start: z.string(), end: z.string() }),
  z.object({
    type: z.literal('relative'),
    unit: z.enum(['minute', 'hour', 'day', 'week', 'month', 'year']),
    amount: z.int().min(1),
  }),
])
const Markdown = z.object({ type: z.literal('markdown'), text: z.string() })
const Database = z.object({
  type: z.literal('database'),
  sql: z.string(),
  row_limit: z.int().min(1).default(100),
  database_identifier: z.string().optional(),
  ...display,
})
const Log = z.object({ type: z.literal('log'), sql: z.string(), time_range: TimeRange, ...display })

const withoutId = { id: z.string().min(1).optional() }
const withId = { id: z.string() }

export const ContentInput = z.object({
  cells: z
    .array(
      z.discriminatedUnion('type', [
        Markdown.extend(withoutId),
        Database.extend(withoutId),
        Log.extend(withoutId),
      ]),
    )
    .max(1000),
})
export const Content = z.object({
  schema_version: z.number(),
  cells: z.array(
    z.discriminatedUnion('type', [Markdown.extend(withId), Database.extend(withId), Log.extend(withId)]),
  ),
})
export type Content = z.infer<typeof Content>

/** Cells get the ids they lack. */
export const readContent = ({ cells }: z.infer<typeof ContentInput>): Content => ({
  schema_version: 1,
  cells: cells.map((cell) => ({ ...cell, id: cell.id ?? randomUUID() })),
})

const attributes = {
  name: z.string(),
  description: z.string().nullable(),
  favorite: z.boolean(),
  inserted_at: z.string(),
  updated_at: z.string(),
  owner: Person,
  updated_by: Person,
}

const resource = <T extends z.ZodRawShape>(shape: T) =>
  z.object({ type: z.literal('notebook'), id: z.string(), attributes: z.object(shape) })

export const NotebookEntry = resource(attributes)
export const Notebook = resource({ ...attributes, content: Content })

export const editable = {
  name: z.string().min(1).max(255),
  description: z.string().max(10_000).optional(),
  favorite: z.boolean().optional(),
}
