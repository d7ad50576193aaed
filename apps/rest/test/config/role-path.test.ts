// https://docs.postgrest.org/en/v14/references/auth.html#jwt-role-extraction

import { describe, expect, it } from 'vitest'
import { parseRolePath } from '../../src/config/role-path.ts'

const claims = {
  role: 'plain',
  postgrest: { a_role: 'nested' },
  customObject: { manyRoles: ['other', 'second'] },
  'https://www.example.com/roles': [{ value: 'by address' }],
  realm_access: { roles: ['other', 'test_author'] },
  list: [
    { kind: 'role', name: 'a', rank: 1 },
    { kind: 'x', name: 'b', rank: 2 },
  ],
}

const find = (path: string) => parseRolePath(path).find(claims)

describe('a JSON path (RFC 9535)', () => {
  it.each([
    ['$.role', 'plain'],
    ['$.postgrest.a_role', 'nested'],
    ["$['postgrest']['a_role']", 'nested'],
    ['$.customObject.manyRoles[1]', 'second'],
    ['$.customObject.manyRoles[-1]', 'second'],
    ['$.customObject.manyRoles[1:]', 'second'],
    ['$.customObject.manyRoles[::-1]', 'second'],
    ['$.customObject.manyRoles[*]', 'other'],
    ['$["https://www.example.com/roles"][0].value', 'by address'],
    ['$.realm_access.roles[?(@ == "test_author")]', 'test_author'],
    ['$.realm_access.roles[?@ != "other"]', 'test_author'],
    ['$.realm_access.roles[?match(@, "test_.*")]', 'test_author'],
    ['$.realm_access.roles[?search(@, "auth")]', 'test_author'],
    ['$.realm_access.roles[?length(@) > 5]', 'test_author'],
    ['$.list[?@.kind == "role" && @.rank < 2].name', 'a'],
    ['$.list[?(@.rank >= 2 || @.none)].name', 'b'],
    ['$.list[?!(@.kind == "role")].name', 'b'],
    ['$.list[?@.name == $.list[1].name].kind', 'x'],
    ['$..a_role', 'nested'],
    ['$.postgrest.*', 'nested'],
    ['$.list[7, 1].name', 'b'],
    ['$.nothing', undefined],
    ['$.role[0]', undefined],
    ['$.customObject.manyRoles[3]', undefined],
  ])('%s finds %s', (path, role) => {
    expect(find(path)).toBe(role)
    expect(parseRolePath(path)).toMatchObject({ text: path, isOld: false })
  })
})

describe('the path syntax before it', () => {
  it.each([
    ['.role', 'plain', '."role"'],
    ['.postgrest.a_role', 'nested', '."postgrest"."a_role"'],
    ['.customObject.manyRoles[1]', 'second', '."customObject"."manyRoles"[1]'],
    [
      '."https://www.example.com/roles"[0].value',
      'by address',
      '."https://www.example.com/roles"[0]."value"',
    ],
    ['.realm_access.roles[?(@ == "other")]', 'other', '."realm_access"."roles"[?(@ == "other")]'],
    ['.realm_access.roles[?(@ != "other")]', 'test_author', '."realm_access"."roles"[?(@ != "other")]'],
    ['.realm_access.roles[?(@ ^== "test")]', 'test_author', '."realm_access"."roles"[?(@ ^== "test")]'],
    ['.realm_access.roles[?(@ ==^ "author")]', 'test_author', '."realm_access"."roles"[?(@ ==^ "author")]'],
    ['.realm_access.roles[?(@ *== "_au")]', 'test_author', '."realm_access"."roles"[?(@ *== "_au")]'],
    ['.role.deeper', undefined, '."role"."deeper"'],
  ])('%s finds %s', (path, role, text) => {
    expect(find(path)).toBe(role)
    expect(parseRolePath(path)).toMatchObject({ text, isOld: true })
  })
})

it.each([
  '$.my_role;;domain',
  '@@.role.other',
  'role',
  '.roles[?(@ == "a")].b',
  '$.a[',
  '$.a[?]',
  '$[?@ == ]',
])('%s is no path', (path) => {
  expect(() => parseRolePath(path)).toThrow(`failed to parse role-claim-key value (${path})`)
})
