// SQL code has its say in status and headers, but cannot break the connection, nor leave the client without an answer.

import { expect, it } from 'vitest'
import { withStudio } from '../run-table.ts'

const { studio } = withStudio()

const call = (name: string, body: object) => studio().ask({ method: 'POST', path: `/rpc/${name}`, body })

const raisedBody = JSON.stringify({ code: 'S1', message: 'no' })
const raise = (detail: unknown) =>
  call('raise_with', { code: 'PGRST', message: raisedBody, detail: JSON.stringify(detail) })

it.each(['0', '99', '100', '101', '103', '600', '999', '1000', '2e2', 'ok', '-1'])(
  'the status %s is none',
  async (status) => {
    expect(await call('answer_with', { status })).toMatchObject({ status: 500, body: { code: 'PGRST112' } })
  },
)

it.each([
  { 'a b': '1' },
  { '': '1' },
  { a: '1\r\nb: 2' },
  { a: 'not latin ☃' },
  { a: 1 },
  { a: '1', b: '2' },
])('the header %o is none', async (header) => {
  const told = await call('answer_with', { headers: JSON.stringify([header]) })
  expect(told).toMatchObject({ status: 500, body: { code: 'PGRST111' } })
})

it('headers that frame the body are ours', async () => {
  const headers = [{ 'Transfer-Encoding': 'chunked' }, { 'content-length': '1' }, { connection: 'upgrade' }]
  const told = await call('answer_with', { headers: JSON.stringify(headers) })
  expect(told).toMatchObject({ status: 200, body: 'answered', headers: { 'content-length': '10' } })
  expect(told.headers).not.toHaveProperty('transfer-encoding')
  const { headers: raised } = await raise({
    status: 400,
    headers: { 'transfer-encoding': 'chunked', a: '1' },
  })
  expect(raised).toMatchObject({ a: '1' })
  expect(raised).not.toHaveProperty('transfer-encoding')
})

it.each([
  ['PT000', 500],
  ['PT100', 500],
  ['PT199', 500],
  ['PT200', 200],
  ['PT599', 599],
  ['PT600', 500],
  ['PTABC', 500],
])('raising %s is answered with %i', async (code, status) => {
  expect(await call('raise_with', { code })).toMatchObject({ status, body: { code, message: 'm' } })
})

it.each([
  { status: 100, headers: {} },
  { status: 9999, headers: {} },
  { status: 400.5, headers: {} },
  { status: 400, headers: { 'a b': '1' } },
  { status: 400, headers: { a: '1\n2' } },
  { status: 400, headers: { a: { b: 1 } } },
])('raising with the detail %o is a mistake', async (detail) => {
  expect(await raise(detail)).toMatchObject({ status: 500, body: { code: 'PGRST121' } })
})

it('a code that no header can carry is told in the body alone', async () => {
  const message = JSON.stringify({ code: 'a\nb', message: 'no' })
  const told = await call('raise_with', { code: 'PGRST', message, detail: '{"status":400,"headers":{}}' })
  expect(told).toMatchObject({ status: 400, body: { code: 'a\nb', message: 'no' } })
  expect(told.headers).not.toHaveProperty('proxy-status')
})
