import { describe, expect, test } from 'vitest'
import { renderTemplate, TemplateError } from '../src/index.ts'

const data = {
  SiteURL: 'https://app.example',
  ConfirmationURL: 'https://ref.example/auth/v1/verify?token=a&type=signup',
  Email: 'ada@example.com',
  Token: '123456',
  Data: { name: '<b>Ada</b>', plan: 'pro', roles: ['admin', 'editor'], age: 36, empty: '' },
}

describe('renderTemplate', () => {
  test.each([
    ['a value', 'Code {{ .Token }}', 'Code 123456'],
    ['no spaces', '{{.Token}}', '123456'],
    ['a field of a field', '{{ .Data.plan }}', 'pro'],
    ['from the root', '{{ with .Data }}{{ $.Token }}{{ end }}', '123456'],
    ['nothing for what is not there', '[{{ .Data.missing.deeper }}{{ .Nope }}]', '[]'],
    ['names of prototypes are not there', '[{{ .constructor }}{{ .Data.__proto__ }}]', '[]'],
    ['escapes values', 'Hi {{ .Data.name }}', 'Hi &lt;b&gt;Ada&lt;/b&gt;'],
    [
      'escapes addresses in attributes',
      '<a href="{{ .ConfirmationURL }}">',
      '<a href="https://ref.example/auth/v1/verify?token=a&amp;type=signup">',
    ],
    ['if', '{{ if .Data.plan }}yes{{ else }}no{{ end }}', 'yes'],
    ['empty text is false', '{{ if .Data.empty }}yes{{ else }}no{{ end }}', 'no'],
    ['else if', '{{ if eq .Data.plan "free" }}f{{ else if eq .Data.plan "pro" }}p{{ else }}o{{ end }}', 'p'],
    ['eq with several', '{{ if eq .Data.plan "free" "pro" }}yes{{ end }}', 'yes'],
    ['and, or, not', '{{ if and .Token (or .Nope (not .Data.empty)) }}yes{{ end }}', 'yes'],
    ['numbers', '{{ if gt .Data.age 18 }}adult{{ end }}', 'adult'],
    ['with', '{{ with .Data }}{{ .plan }}{{ else }}none{{ end }}', 'pro'],
    ['range', '{{ range .Data.roles }}<li>{{ . }}</li>{{ end }}', '<li>admin</li><li>editor</li>'],
    ['pipes', '{{ .Data.plan | printf "%s plan" }}', 'pro plan'],
    ['index', '{{ index .Data.roles 1 }}', 'editor'],
    ['comments', 'a{{/* hidden */}}b', 'ab'],
    ['trims', 'a \n{{- .Token -}}\n b', 'a123456b'],
    ['text without actions', '<p>{ .Token }</p>', '<p>{ .Token }</p>'],
  ])('%s', (_name, template, expected) => {
    expect(renderTemplate(template, data, 'html')).toBe(expected)
  })

  test('keeps code out of addresses, and lets apps have schemes of their own', () => {
    const link = '<a href="{{ .Link }}">'
    expect(renderTemplate(link, { Link: ' javascript:alert(1)' }, 'html')).toBe('<a href="#">')
    expect(renderTemplate(link, { Link: 'com.app://x' }, 'html')).toBe('<a href="com.app://x">')
  })

  test('plain text is not escaped', () => {
    expect(renderTemplate('{{ .Data.name }}', data, 'text')).toBe('<b>Ada</b>')
  })

  test.each([
    '{{ if .Token }}',
    '{{ end }}',
    '{{ .Token',
    '{{ shout .Token }}',
    '{{ .Token .Email }}',
    '{{ ( .Token }}',
    '{{ .Token ) }}',
    '{{ ; }}',
    '{{ }}',
    `${'{{ if .Token }}'.repeat(60)}${'{{ end }}'.repeat(60)}`,
  ])('says what is wrong with %s', (template) => {
    expect(() => renderTemplate(template, data, 'html')).toThrow(TemplateError)
  })
})
