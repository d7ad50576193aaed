// Which modules a source imports, and which text only looks like it.

import { expect, test } from 'vitest'
import { findImports } from '../../src/functions/find-imports.ts'

const cases: readonly (readonly [source: string, found: readonly string[]])[] = [
  [`import a from './a.ts'`, ['./a.ts']],
  [`import './side.ts'; import "jsr:@std/x"`, ['./side.ts', 'jsr:@std/x']],
  [`import {\n  a,\n  b as c,\n} from "./many.ts"`, ['./many.ts']],
  [`import * as all from './all.ts'\nexport * from './more.ts'`, ['./all.ts', './more.ts']],
  [`export { x } from './x.ts'; export const y = 1`, ['./x.ts']],
  [`import a, { b } from './both.ts'`, ['./both.ts']],
  [`import data from './data.json' with { type: 'json' }`, ['./data.json']],
  [`import type { T } from './types.ts'\nimport { type U, v } from './v.ts'`, ['./v.ts']],
  [`export type { T } from './types.ts'`, []],
  [`// import a from './comment.ts'\n/* import './block.ts' */`, []],
  [`const text = \`\nimport a from "./t.ts"\n\${\`nested \${1}\`}\nimport b from "./b.ts"\``, []],
  [`const text = "import a from './string.ts'"`, []],
  [`const r = /import a from '.\\/regex'/; import b from './b.ts'`, ['./b.ts']],
  [`const r = a / b; import c from './c.ts'; const d = e / f`, ['./c.ts']],
  [`const q = /['"]/\nimport a from './a.ts'`, ['./a.ts']],
  [`const m = await import('./dynamic.ts')`, []],
  [`const from = 1; export default from`, []],
  ['', []],
  [`import a from './unfinished`, []],
]
test.each(cases)('%s', (source, found) => {
  expect(findImports(source)).toEqual(found)
})

test('every prefix of a source is read without an error', () => {
  const source = cases.map(([text]) => text).join('\n')
  for (let end = 0; end <= source.length; end++) expect(() => findImports(source.slice(0, end))).not.toThrow()
})
