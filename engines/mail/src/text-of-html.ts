// The plain-text part of a message that was written as HTML: for people and filters who look at nothing else.

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}

const decode = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[String(name).toLowerCase()] ?? whole
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })

const unseen = /<!--[\s\S]*?-->|<(head|style|script|title)\b[\s\S]*?<\/\1\s*>/gi
const link = /<a\b[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>([\s\S]*?)<\/a\s*>/gi
const lineEnds = /<br\s*\/?>|<\/(?:p|div|h[1-6]|li|tr|table|blockquote)\s*>/gi
const tag = /<[^>]*>/g

/** An address stands behind the words of its link, on a line of its own. */
const spellLink = (_whole: string, double?: string, single?: string, words = ''): string => {
  const address = double ?? single ?? ''
  const shown = words.replace(tag, '').trim()
  return shown === '' || shown === address ? ` ${address} ` : `${shown}:\n${address}\n`
}

export const textOfHtml = (html: string): string =>
  decode(html.replace(unseen, '').replace(link, spellLink).replace(lineEnds, '\n\n').replace(tag, ''))
    .split('\n')
    .map((line) => line.replace(/[ \t]+/g, ' ').trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
