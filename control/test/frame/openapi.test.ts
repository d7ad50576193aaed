// The document says what the operations are, and every reference in it leads somewhere.

import { expect, test } from 'vitest'
import { permissions } from '../../src/frame/scopes.ts'
import { describeOperations, doorPaths, operations } from '../../src/index.ts'

const document = describeOperations(operations, doorPaths)
const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, entry]) => ({ path, method, entry })),
)

test('every operation is there once, under an id of its own', () => {
  const all = operations.length + Object.keys(doorPaths).length
  expect(entries).toHaveLength(all)
  expect(new Set(entries.map(({ entry }) => entry.operationId)).size).toBe(all)
  expect(new Set(operations.map(({ name }) => name)).size).toBe(operations.length)
})

test.each(entries)('$method $path names the parameters of its path', ({ path, entry }) => {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  expect(entry.parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(inPath)
  expect(entry.summary).toMatch(/\.$/)
  for (const [name] of entry['x-fga-permissions'] ?? []) expect(permissions).toContain(name)
})

test('a body is closed, its required keys are named', () => {
  const body = document.paths['/v1/projects']?.['post']?.requestBody?.content
  expect(body).toMatchObject({
    'application/json': {
      schema: { additionalProperties: false, required: ['db_pass', 'name', 'organization_slug'] },
    },
  })
})

test('every reference leads somewhere', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
    ([, path = '']) => path,
  )
  expect(references.length).toBeGreaterThan(0)
  for (const reference of new Set(references)) {
    const found = reference
      .split('/')
      .reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], document)
    expect(found, reference).toBeDefined()
  }
})
