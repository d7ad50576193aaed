// What can be wrong with a wish about snippets and notebooks.

import { defineErrors } from '@plinth/errors'

const missing = (code: string, message: string) => ({ code, kind: 'caller' as const, status: 404, message })

export const errors = defineErrors('snippets', {
  snippetNotFound: () => missing('snippet_not_found', 'Snippet not found'),
  notebookNotFound: () => missing('notebook_not_found', 'Notebook not found'),
})
