import { expect, test } from 'vitest'
import { layOut, textOfHtml } from '../src/index.ts'

test('reads like the letter', () => {
  const html = layOut({
    title: 'Reset your password',
    body: ['Somebody asked &amp; we answer.'],
    button: { label: 'Reset', href: 'https://a.example/verify?a=1&amp;b=2' },
    code: '123456',
    note: 'Ignore this if it was not you.',
  })
  expect(textOfHtml(html)).toBe(
    [
      'Reset your password',
      '',
      'Somebody asked & we answer.',
      '',
      'Reset:',
      'https://a.example/verify?a=1&b=2',
      '',
      '123456',
      '',
      'Ignore this if it was not you.',
    ].join('\n'),
  )
})

test('an address that is its own words appears once; markup and styles do not', () => {
  const html = '<style>p{}</style><p>See <a href="https://a.example">https://a.example</a>&#33;<br>Bye</p>'
  expect(textOfHtml(html)).toBe('See https://a.example !\n\nBye')
})
