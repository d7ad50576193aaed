// Edge functions: every form in which clients deploy, what they read back, what the stack is told.

import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'
import { file, form, metadata, zip } from './forms.ts'

const t = await testControl()
const ref = await t.createProject()
const path = `/v1/projects/${ref}/functions`
let base = ''
beforeAll(async () => {
  base = await t.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => t.close())

const send = async (method: string, tail: string, body?: Buffer | string, headers: object = {}) => {
  const response = await fetch(`${base}${path}${tail}`, {
    method,
    headers: { authorization: `Bearer ${t.owner.token}`, ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  })
  const type = response.headers.get('content-type') ?? ''
  return { status: response.status, type, response }
}
const json = async (...args: Parameters<typeof send>) => {
  const { status, response } = await send(...args)
  const text = await response.text()
  return { status, body: text === '' ? undefined : JSON.parse(text) }
}
const deploy = (query: string, parts: Parameters<typeof form>[0]) => {
  const { body, headers } = form(parts)
  return json('POST', `/deploy${query}`, body, headers)
}
const inSpec = () => t.host.specs.findLast((spec) => spec.ref === ref)?.functions?.deployed ?? []
const readBack = async (slug: string) => {
  const { response } = await send('GET', `/${slug}/body`, undefined, { accept: 'multipart/form-data' })
  const parts = [...(await response.formData())]
  return Promise.all(
    parts.map(async ([name, value]) => [
      name,
      typeof value === 'string' ? value : [value.name, await value.text()],
    ]),
  )
}

const main = `import { greet } from './greet.ts'\nDeno.serve(() => new Response(greet()))`
const greet = `export const greet = () => 'hello'`
const folder = 'supabase/functions/hello'

const forms: readonly (readonly [
  client: string,
  query: string,
  parts: Parameters<typeof form>[0],
  entry: string,
])[] = [
  [
    'the CLI: files first, metadata last and bare',
    '?slug=cli',
    [
      file(`${folder}/index.ts`, main),
      file(`${folder}/greet.ts`, greet),
      file(`${folder}/deno.json`, '{ "imports": {} }'),
      metadata({
        name: 'cli',
        verify_jwt: false,
        entrypoint_path: `${folder}/index.ts`,
        import_map_path: `${folder}/deno.json`,
        static_patterns: [],
      }),
    ],
    `${folder}/index.ts`,
  ],
  [
    'the MCP server: metadata first, as a file of JSON',
    '?slug=mcp',
    [
      {
        name: 'metadata',
        fileName: 'blob',
        type: 'application/json',
        content: JSON.stringify({ name: 'mcp', entrypoint_path: 'index.ts' }),
      },
      file('index.ts', main),
      file('greet.ts', greet),
    ],
    'index.ts',
  ],
  [
    'Terraform: a whole path in the metadata, base names as files',
    '?slug=terraform',
    [
      metadata({ name: 'terraform', entrypoint_path: 'functions/terraform/index.ts' }),
      file('index.ts', main),
      file('greet.ts', greet),
    ],
    'index.ts',
  ],
  [
    'a zip, and the slug from the name',
    '',
    [
      file('function.zip', zip({ 'index.ts': main, 'greet.ts': greet })),
      metadata({ name: 'From zip!', entrypoint_path: 'index.ts', verify_jwt: true }),
    ],
    'index.ts',
  ],
]
test.each(forms)('deploys as %s', async (_client, query, parts, entry) => {
  const { status, body } = await deploy(query, parts)
  expect({ status, body }).toMatchObject({ status: 201, body: { status: 'ACTIVE', version: 1 } })
  const prefix = `file:///tmp/user_fn_${ref}_${body.id}_1/source/`
  expect(body.entrypoint_path).toBe(`${prefix}${entry}`)
  expect((await json('GET', `/${body.slug}`)).body).toEqual(body)
  expect(inSpec()).toContainEqual(
    expect.objectContaining({ slug: body.slug, version: 1, entrypoint: entry, verifyJwt: body.verify_jwt }),
  )
  const [meta, ...files] = await readBack(body.slug)
  expect(JSON.parse(String(meta?.[1]))).toEqual({ deno2_entrypoint_path: `source/${entry}` })
  expect(files).toContainEqual(['file', [`source/${entry}`, main]])
})

test('lists them in order, and a second deployment is the next version', async () => {
  const { body } = await json('GET', '')
  expect(body.map((one: { slug: string }) => one.slug)).toEqual(['cli', 'mcp', 'terraform', 'From-zip'])
  const again = await deploy('?slug=mcp', [metadata({ entrypoint_path: 'index.ts' }), file('index.ts', 'x')])
  expect(again.body).toMatchObject({ version: 2, name: 'mcp', verify_jwt: true, import_map: false })
  expect(again.body.updated_at).toBeGreaterThan(again.body.created_at)
  const kept = await t.pool.one(
    sql`select count(*) as n from function_versions where function_id = ${again.body.id}`,
  )
  expect(kept).toEqual({ n: 1 })
})

describe('bundled first, activated together', () => {
  const bundle = (slug: string, text: string) =>
    deploy(`?slug=${slug}&bundleOnly=true`, [
      metadata({ entrypoint_path: 'index.ts' }),
      file('index.ts', text),
    ])

  test('a bundled version does not answer until then', async () => {
    const [one, two] = [await bundle('bulk-a', 'a'), await bundle('mcp', 'b')]
    expect([one.body.version, two.body.version]).toEqual([1, 3])
    expect((await json('GET', '/bulk-a')).status).toBe(404)
    expect((await json('GET', '/mcp')).body.version).toBe(2)
    const entries = [one.body, { ...two.body, verify_jwt: false }]
    const reply = await json('PUT', '', JSON.stringify(entries), { 'content-type': 'application/json' })
    expect(reply.status).toBe(200)
    expect(reply.body.functions).toMatchObject([
      { slug: 'bulk-a', version: 1 },
      { slug: 'mcp', version: 3, verify_jwt: false },
    ])
    expect((await json('GET', '/mcp')).body).toMatchObject({ version: 3, verify_jwt: false })
  })

  test('all or none', async () => {
    const good = (await bundle('bulk-a', 'c')).body
    const bad = { ...good, version: 99 }
    const headers = { 'content-type': 'application/json' }
    const reply = await json('PUT', '', JSON.stringify([good, bad]), headers)
    expect(reply).toMatchObject({ status: 400, body: { message: expect.stringMatching(/Version 99/) } })
    expect((await json('GET', '/bulk-a')).body.version).toBe(1)
  })
})

describe('one text or one bundle', () => {
  const asJson = { 'content-type': 'application/json' }
  const asBundle = { 'content-type': 'application/vnd.denoland.eszip' }
  const eszip = Buffer.from('EZBR\0\x01binary')

  test('as JSON, then changed', async () => {
    const made = await json('POST', '', JSON.stringify({ slug: 'text', name: 'Text', body: 'x' }), asJson)
    expect(made).toMatchObject({ status: 201, body: { slug: 'text', name: 'Text', version: 1 } })
    expect(
      (await json('POST', '', JSON.stringify({ slug: 'text', name: 'T', body: 'x' }), asJson)).status,
    ).toBe(400)
    const named = await json('PATCH', '/text', JSON.stringify({ name: 'Other', verify_jwt: false }), asJson)
    expect(named).toMatchObject({ status: 200, body: { name: 'Other', verify_jwt: false, version: 1 } })
    const coded = await json('PATCH', '/text', JSON.stringify({ body: 'y' }), asJson)
    expect(coded.body).toMatchObject({ name: 'Other', verify_jwt: false, version: 2 })
    expect(await readBack('text')).toContainEqual(['file', ['source/index.ts', 'y']])
    expect((await json('PATCH', '/text?verify_jwt=true')).body).toMatchObject({
      verify_jwt: true,
      version: 2,
    })
  })

  test('as a bundle with a query', async () => {
    const query = `?slug=bundled&name=B&verify_jwt=false&import_map=true&entrypoint_path=file:///a.ts&ezbr_sha256=abc`
    const made = await json('POST', query, eszip, asBundle)
    expect(made).toMatchObject({ status: 201, body: { slug: 'bundled', name: 'B', ezbr_sha256: 'abc' } })
    const { type, response } = await send('GET', '/bundled/body')
    expect(type).toBe('application/vnd.denoland.eszip')
    expect(Buffer.from(await response.arrayBuffer())).toEqual(eszip)
    const asFiles = await json('GET', '/bundled/body', undefined, { accept: 'multipart/form-data' })
    expect(asFiles.status).toBe(406)
    expect((await json('PATCH', '/bundled', eszip, asBundle)).body).toMatchObject({ version: 2, name: 'B' })
  })

  test('wrong ones are refused', async () => {
    expect((await json('POST', '?slug=x', Buffer.from('nothing'), asBundle)).body.message).toMatch(/no eszip/)
    expect((await json('POST', '', eszip, asBundle)).body.message).toMatch(/^slug:/)
    expect((await json('POST', '', JSON.stringify({ slug: '1x', name: '', body: '' }), asJson)).status).toBe(
      400,
    )
    expect((await json('PATCH', '/never', JSON.stringify({ name: 'x' }), asJson)).status).toBe(404)
  })
})

const entry = metadata({ entrypoint_path: 'index.ts' })
const map = (value: object) => [
  metadata({ entrypoint_path: 'index.ts', import_map_path: 'deno.json' }),
  file('deno.json', JSON.stringify(value)),
]
const refused: readonly (readonly [what: string, parts: Parameters<typeof form>[0], message: RegExp])[] = [
  [
    'an import that was not sent',
    [entry, file('index.ts', main)],
    /Module not found "\.\/greet\.ts", imported by index\.ts/,
  ],
  [
    'a deep one',
    [entry, file('index.ts', main), file('greet.ts', `import '../../x.ts'`)],
    /Module not found "\.\.\/\.\.\/x\.ts"/,
  ],
  [
    'one of the import map',
    [...map({ imports: { '@/': './src/' } }), file('index.ts', `import '@/a.ts'`)],
    /Module not found "@\/a\.ts"/,
  ],
  ['an import map that is none', [...map([]), file('index.ts', '')], /import map deno.json is no JSON/],
  ['no entrypoint', [entry, file('main.ts', '')], /Entrypoint path does not exist - index\.ts/],
  ['no file', [entry], /at least one file/],
  ['no metadata', [file('index.ts', '')], /^metadata: the form has no such part/],
  [
    'metadata that is no JSON',
    [{ name: 'metadata', content: '{' }, file('index.ts', '')],
    /^metadata: it is no JSON/,
  ],
  ['metadata without an entrypoint', [metadata({}), file('index.ts', '')], /^metadata: entrypoint_path/],
  [
    'a path that leads out',
    [entry, file('../../etc/passwd', ''), file('index.ts', '')],
    /leads out of the function/,
  ],
  ['an absolute path', [entry, file('/etc/passwd', ''), file('index.ts', '')], /leads out of the function/],
  ['a damaged zip', [entry, file('a.zip', Buffer.from('PK\x03\x04 damaged'))], /the zip cannot be read/],
]
test.each(refused)('refuses %s', async (_what, parts, message) => {
  const reply = await deploy('?slug=refused', parts)
  expect(reply).toMatchObject({ status: 400, body: { message: expect.stringMatching(message) } })
  expect((await json('GET', '/refused')).status).toBe(404)
})

test('what cannot be a slug is refused, and a form that is none', async () => {
  const parts = [entry, file('index.ts', '')]
  expect((await deploy('?slug=1st', parts)).body.message).toMatch(/^slug: 1st must begin with a letter/)
  expect((await deploy('', parts)).body.message).toMatch(/^slug: give it/)
  const broken = await json('POST', '/deploy?slug=x', 'nothing', { 'content-type': 'multipart/form-data' })
  expect(broken).toMatchObject({
    status: 400,
    body: { message: expect.stringMatching(/form cannot be read/) },
  })
  const bare = await json('POST', '/deploy?slug=x', '{}', { 'content-type': 'application/json' })
  expect(bare).toMatchObject({ status: 400, body: { message: 'form: expected multipart/form-data' } })
})

test('imports of packages, addresses and mapped names pass', async () => {
  const text = `import a from 'npm:a'; import 'https://x.test/m.ts'; import { b } from 'b'; import '@/c.ts'`
  const parts = [
    metadata({ entrypoint_path: 'f/index.ts' }),
    file('f/index.ts', text),
    file('f/deno.jsonc', `{ // names\n "imports": { "b": "jsr:@x/b", "@/": "../shared/", }, }`),
    file('shared/c.ts', ''),
  ]
  expect((await deploy('?slug=mapped', parts)).status).toBe(201)
})

test('a deleted function is gone with its code, and can be made anew', async () => {
  const { status } = await json('DELETE', '/mapped')
  expect(status).toBe(200)
  expect((await json('DELETE', '/mapped')).status).toBe(404)
  expect(inSpec().map(({ slug }) => slug)).not.toContain('mapped')
  const files = await t.pool.query(sql`select encode(content, 'escape') as text from function_files`)
  expect(JSON.stringify(files)).not.toContain('npm:a')
  const again = await deploy('?slug=mapped', [entry, file('index.ts', '')])
  expect(again.body).toMatchObject({ version: 1 })
})

test('a deleted project keeps no code', async () => {
  const other = await t.createProject()
  const made = { slug: 'a', name: 'a', body: 'x' }
  expect((await t.asOwner('POST', `/v1/projects/${other}/functions`, made)).status).toBe(201)
  await t.asOwner('DELETE', `/v1/projects/${other}`)
  const left = () => t.pool.one(sql`select count(*) as n from function_files where ref = ${other}`)
  await expect.poll(left).toEqual({ n: 0 })
})
