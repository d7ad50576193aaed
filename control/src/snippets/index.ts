// Operations of this domain, in the order the reference shows them.

import { createNotebook, deleteNotebook, getNotebook, listNotebooks, updateNotebook } from './notebooks.ts'
import { createSnippet, deleteSnippet, getSnippet, listSnippets } from './snippets.ts'

export const snippets = [
  listSnippets,
  getSnippet,
  createSnippet,
  deleteSnippet,
  listNotebooks,
  createNotebook,
  getNotebook,
  updateNotebook,
  deleteNotebook,
]
