// The reference as one page of HTML without scripts or assets: made from the OpenAPI document at start.

import type { OpenApi, OpenApiOperation } from '../openapi.ts'
import { referenceStyle } from './reference-style.ts'

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (letter) => escapes[letter] ?? letter)

const schemaBlock = (title: string, schema: unknown): string =>
  `<details><summary>${escapeHtml(title)}</summary><pre tabindex="0">${escapeHtml(JSON.stringify(schema, null, 2))}</pre></details>`

const parameterRows = (operation: OpenApiOperation): string =>
  operation.parameters
    .map(
      ({ name, in: place, required, schema }) =>
        `<tr><td><code>${escapeHtml(name)}</code></td><td>${place}</td><td>${required ? 'required' : ''}</td>` +
        `<td><code>${escapeHtml(JSON.stringify(schema))}</code></td></tr>`,
    )
    .join('')

const parameterTable = (operation: OpenApiOperation): string =>
  operation.parameters.length === 0
    ? ''
    : `<div class="wide"><table><thead><tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col"></th>` +
      `<th scope="col">Schema</th></tr></thead><tbody>${parameterRows(operation)}</tbody></table></div>`

const responseBlocks = (operation: OpenApiOperation): string =>
  Object.entries(operation.responses)
    .filter(([, response]) => !('$ref' in response))
    .map(([status, { content }]) =>
      content === undefined
        ? `<p>Answers ${status} without a body.</p>`
        : schemaBlock(`Answer ${status}`, content),
    )
    .join('')

const permissionLine = (operation: OpenApiOperation): string => {
  const names = operation['x-fga-permissions']?.flat() ?? []
  return names.length === 0
    ? ''
    : `<p class="needs">Needs ${names.map((name) => `<code>${escapeHtml(name)}</code>`).join(' or ')}.</p>`
}

const operationSection = (path: string, method: string, operation: OpenApiOperation): string => `
<article id="${escapeHtml(operation.operationId)}">
<h3><span class="method ${method}">${method.toUpperCase()}</span> <code>${escapeHtml(path)}</code></h3>
<p>${escapeHtml(operation.summary)}</p>
${permissionLine(operation)}${parameterTable(operation)}
${operation.requestBody === undefined ? '' : schemaBlock('Body', operation.requestBody.content)}
${responseBlocks(operation)}
</article>`

type Listed = { readonly path: string; readonly method: string; readonly operation: OpenApiOperation }

const listOperations = (document: OpenApi): readonly Listed[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

export const referencePage = (document: OpenApi): string => {
  const all = listOperations(document)
  const groups = document.tags.map(({ name }) => ({
    name,
    entries: all.filter(({ operation }) => operation.tags.includes(name)),
  }))
  const navigation = groups
    .map(
      ({ name, entries }) =>
        `<h2>${escapeHtml(name)}</h2><ul>${entries
          .map(
            ({ method, path, operation }) =>
              `<li><a href="#${escapeHtml(operation.operationId)}"><span class="method ${method}">${method.toUpperCase()}</span> ${escapeHtml(path.replace(/^\/v1/, ''))}</a></li>`,
          )
          .join('')}</ul>`,
    )
    .join('')
  const sections = groups
    .map(
      ({ name, entries }) =>
        `<section><h2>${escapeHtml(name)}</h2>${entries
          .map(({ path, method, operation }) => operationSection(path, method, operation))
          .join('')}</section>`,
    )
    .join('')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Plinth Management API</title><style>${referenceStyle}</style></head>
<body><nav aria-label="Operations"><a class="home" href="#top">Plinth</a>${navigation}</nav>
<main id="top"><h1>Management API</h1>
<p>Send a personal access token with every call: <code>Authorization: Bearer sbp_…</code>. Errors are
<code>{"message": …}</code>. The same as data: <a href="/v1/openapi.json">OpenAPI 3.1</a>.</p>
${sections}</main></body></html>`
}
