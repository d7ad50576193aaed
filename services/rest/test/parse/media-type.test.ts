import { describe, expect, it } from 'vitest'
import { contentTypeOf, mimeOf, parseAccept } from '../../src/parse/media-type.ts'

describe('parseAccept', () => {
  it.each([
    [undefined, ['*/*']],
    ['application/json', ['application/json']],
    ['ApplicatIon/vnd.PgRsT.object+json', ['application/vnd.pgrst.object+json']],
    ['application/vnd.pgrst.object; nulls=stripped', ['application/vnd.pgrst.object+json;nulls=stripped']],
    ['application/vnd.pgrst.array+json', ['application/json']],
    ['text/csv;q=0.1, */*;q=0.9,text/plain', ['text/plain', '*/*', 'text/csv']],
    ['application/vnd.pgrst.plan', ['application/vnd.pgrst.plan+text; for="application/json"']],
    [
      'application/vnd.pgrst.plan+json; for="text/csv"; options=wal|analyze|x',
      ['application/vnd.pgrst.plan+json; for="text/csv"; options=analyze|wal'],
    ],
  ])('%s', (header, names) => {
    expect(parseAccept(header).map(mimeOf)).toEqual(names)
  })
})

describe('contentTypeOf', () => {
  it.each([
    ['application/json', 'application/json; charset=utf-8'],
    ['text/html', 'text/html'],
    ['application/octet-stream', 'application/octet-stream'],
  ])('%s', (accept, type) => {
    expect(parseAccept(accept).map(contentTypeOf)).toEqual([type])
  })
})
