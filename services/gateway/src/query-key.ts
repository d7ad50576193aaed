// A key in the address, `?apikey=…`: accepted everywhere, and taken out before a service reads the query
// (REST would take it for a filter on a column).

const isKey = (part: string): boolean => part.startsWith('apikey=')

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The address without its key, and the key. */
export const takeQueryKey = (url: string): { readonly url: string; readonly key: string | undefined } => {
  const start = url.indexOf('?')
  if (start === -1 || !url.includes('apikey=', start)) return { url, key: undefined }
  const parts = url.slice(start + 1).split('&')
  const rest = parts.filter((part) => !isKey(part)).join('&')
  const path = url.slice(0, start)
  const key = parts.find(isKey)?.slice('apikey='.length)
  return { url: rest === '' ? path : `${path}?${rest}`, key: key === undefined ? undefined : decode(key) }
}
