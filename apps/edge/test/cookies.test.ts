import { expect, test } from 'vitest'
import { withoutPlatformCookies } from '../src/cookies.ts'

test.each([
  ['theme=dark', 'theme=dark'],
  ['plinth_session=abc', ''],
  ['theme=dark; plinth_session=abc; lang=en', 'theme=dark; lang=en'],
  ['__Host-plinth_visitor=1; sb-access=2', 'sb-access=2'],
  ['my_plinth_=kept; x=plinth_session', 'my_plinth_=kept; x=plinth_session'],
])('%s', (sent, passed) => {
  expect(withoutPlatformCookies(sent)).toBe(passed)
})
