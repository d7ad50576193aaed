// The statements that are run, word for word, and the rule behind them: nothing of a request but names is text.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { statementOf, type Words } from '../a-plan.ts'

/** What every statement has around its rows; cases show what is inside. */
const inner = (words: Words) => {
  const { text, values } = statementOf(words)
  return {
    source: /^WITH pgrst_source AS \((.*)\) SELECT /.exec(text.split(' AS total_result_set')[0] ?? '')?.[1],
    values,
  }
}

const cases: readonly (Words & { name: string; source: string; values: readonly (string | null)[] })[] = [
  {
    name: 'a read with a filter and a cast',
    path: '/films?select=no:id::text&title=ilike.*cat*&limit=5&offset=2',
    source: `SELECT CAST("films"."id" AS text) AS "no" FROM "api"."films" WHERE "films"."title" ilike $1 LIMIT $2 OFFSET $3`,
    values: ['%cat%', '5', '2'],
  },
  {
    name: 'an embed to one',
    path: '/films?select=title,people!director_id(name)',
    source: `SELECT "films"."title", row_to_json("films_people_1".*) AS "people" FROM "api"."films" LEFT JOIN LATERAL (SELECT "people_1"."name" FROM "api"."people" AS "people_1" WHERE "people_1"."id" = "films"."director_id") AS "films_people_1" ON TRUE`,
    values: [],
  },
  {
    name: 'an embed to many, inner and cut',
    path: '/films?select=title,roles!inner(part)&roles.part=eq.cat&roles.limit=3',
    source: `SELECT "films"."title", COALESCE("films_roles_1"."films_roles_1", '[]') AS "roles" FROM "api"."films" INNER JOIN LATERAL (SELECT json_agg("films_roles_1") AS "films_roles_1" FROM (SELECT "roles_1"."part" FROM "api"."roles" AS "roles_1" WHERE "roles_1"."part" = $1 AND "roles_1"."film_id" = "films"."id" LIMIT $2 OFFSET $3) AS "films_roles_1") AS "films_roles_1" ON "films_roles_1" IS NOT NULL`,
    values: ['cat', '3', '0'],
  },
  {
    name: 'a delete',
    method: 'DELETE',
    path: '/films?id=in.(1,2)',
    source: `DELETE FROM "api"."films" WHERE "films"."id" = ANY ($1) RETURNING 1`,
    values: ['{"1","2"}'],
  },
  {
    name: 'an update',
    method: 'PATCH',
    path: '/films?id=eq.1',
    body: '{"title": "New"}',
    source: `UPDATE "api"."films" SET "title" = "pgrst_body"."title" FROM (SELECT $1::json AS json_data) pgrst_payload, LATERAL (SELECT "title" FROM json_to_record(pgrst_payload.json_data) AS _("title" text)) pgrst_body WHERE "films"."id" = $2 RETURNING 1`,
    values: ['{"title": "New"}', '1'],
  },
  {
    name: 'an insert with defaults and a representation',
    method: 'POST',
    path: '/films?columns=color,stage',
    headers: { prefer: 'missing=default' },
    body: '[{"color": "000"}]',
    source: `INSERT INTO "api"."films"("color", "stage") SELECT "pgrst_body"."color", "pgrst_body"."stage" FROM (SELECT $1::jsonb AS json_data) pgrst_payload, LATERAL (SELECT jsonb_agg(jsonb_build_object('stage', 'idea'::text) || elem) AS val FROM jsonb_array_elements(pgrst_payload.json_data) elem) pgrst_json_defs, LATERAL (SELECT api.color_from_json("color") AS "color", "stage" FROM jsonb_to_recordset(pgrst_json_defs.val) AS _("color" json, "stage" text)) pgrst_body RETURNING 1`,
    values: ['[{"color": "000"}]'],
  },
  {
    name: 'a call by GET',
    path: '/rpc/add?a=1',
    source: `SELECT pgrst_call.pgrst_scalar FROM (SELECT "api"."add"("a" := $1::integer) pgrst_scalar) pgrst_call`,
    values: ['1'],
  },
]

describe('compile', () => {
  it.each(cases)('$name', ({ name: _name, source, values, ...words }) => {
    expect(inner(words)).toEqual({ source, values })
  })

  it('writes out the columns of a relation with representations', () => {
    expect(inner({ path: '/films' }).source).toBe(
      `SELECT "films"."id", "films"."title", "films"."data", "films"."story", "films"."stage", api.color_to_json("films"."color") AS "color", "films"."director_id" FROM "api"."films"`,
    )
  })

  it('counts all rows beside the page', () => {
    const { text } = statementOf({ path: '/films?id=gt.1&limit=1', headers: { prefer: 'count=exact' } })
    expect(text).toContain(
      ', pgrst_source_count AS (SELECT 1 FROM "api"."films" WHERE "films"."id" > $4) SELECT ',
    )
  })

  it('quotes names that hold quotes', () => {
    const path = '/films?select=%22a%5C%22%3B--%22:title&order=%22x%5C%22%3B--%22'
    expect(statementOf({ path }).text).toContain('AS "a"";--"')
    expect(statementOf({ path }).text).toContain('ORDER BY "films"."x"";--"')
  })

  it('never puts a value into the text', () => {
    const operators = fc.constantFrom(
      'eq',
      'neq',
      'like',
      'ilike',
      'cs',
      'fts',
      'not.eq',
      'eq(any)',
      'isdistinct',
    )
    fc.assert(
      fc.property(operators, fc.string({ minLength: 3, unit: 'grapheme' }), (operator, value) => {
        const marked = `\u2603${value}\u2603`
        const path = `/films?select=id&title=${operator}.${encodeURIComponent(marked)}&or=(title.eq.${encodeURIComponent(JSON.stringify(marked))},id.eq.1)`
        const { text, values } = statementOf({ path })
        expect(text).not.toContain('\u2603')
        expect(values.filter((each) => each?.includes('\u2603'))).toHaveLength(2)
      }),
    )
  })

  it('keeps every name of a request inside quotes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (name) => {
        const quoted = encodeURIComponent(`"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)
        const { text } = statementOf({ path: `/films?select=${quoted}:id&${quoted}=eq.1&order=${quoted}` })
        const kept = name.split('\0')[0] ?? ''
        const withoutNames = text.replaceAll(/"(?:[^"]|"")*"/g, '')
        expect(text).toContain(`"${kept.replaceAll('"', '""')}"`)
        expect(withoutNames).toMatch(/^[\sA-Za-z0-9_$.,()*:='[\]<>]*$/)
      }),
    )
  })
})
