// Scopes in words, for the page on which a person agrees to them.

import { type Html, html } from '../pages/html.ts'

const words: Readonly<Record<string, string>> = {
  analytics: 'Logs and usage',
  auth: 'Settings of sign-in',
  database: 'Databases: schema and data, SQL, migrations, backups',
  domains: 'Custom domains',
  edge_functions: 'Edge functions',
  environment: 'Branches',
  organizations: 'Your organization and its members',
  projects: 'Projects: create, pause, delete, network rules',
  rest: 'Settings of the data API',
  secrets: 'API keys, signing keys and secrets',
  storage: 'Storage buckets',
}

/** One line for each family of scopes. */
export const listScopes = (scopes: readonly string[]): Html => {
  const byFamily = Map.groupBy(scopes, (scope) => scope.split(':', 1)[0] ?? scope)
  const lines = [...byFamily].map(([family, its]) => {
    const verbs = its.some((scope) => scope.endsWith(':write')) ? 'read and change' : 'read'
    return html`<li class="row"><div>${words[family] ?? family}</div><small>${verbs}</small></li>`
  })
  return lines.length === 0
    ? html`<p class="soft">It asks for no particular rights.</p>`
    : html`<ul class="plain">${lines}</ul>`
}
