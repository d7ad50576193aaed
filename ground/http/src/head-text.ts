// The lines of a head, as latin1: what requests to us and answers to us have in common (RFC 9112 section 5).

/** What the name of a header is made of. */
export const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
export const forbiddenInValue = /[^\t\x20-\x7e\x80-\xff]/

/** Where the line that begins at `start` ends. */
export const endOfLine = (text: string, start: number): number => {
  const end = text.indexOf('\r\n', start)
  return end < 0 ? text.length : end
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09

/** What stands between two places, without the blanks around it. */
export const trimmed = (text: string, from: number, to: number): string => {
  let start = from
  let end = to
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}
