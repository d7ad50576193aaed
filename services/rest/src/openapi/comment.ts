// A comment in the database → summary (its first line) and description (the rest).

export type Described = { readonly summary?: string; readonly description?: string }

export const describe = (comment: string | null): Described => {
  if (comment === null) return {}
  const end = comment.indexOf('\n')
  if (end === -1) return { summary: comment }
  const description = comment.slice(end).replace(/^\n+/, '')
  return { summary: comment.slice(0, end), ...(description === '' ? {} : { description }) }
}
