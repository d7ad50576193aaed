// Answers GraphQL about the documentation: the interface is that of upstream's content API, as far as there is something here
// to say.

import type { GraphQLSchema } from 'graphql'
import { rank } from './rank.ts'
import type { Guide, Section } from './read-guides.ts'

/** One operation of the Management API. */
export type Reference = Section

export type Library = { readonly guides: readonly Guide[]; readonly references: readonly Reference[] }

const cursor = (type: string): string => `
type ${type}Collection { edges: [${type}Edge!]! nodes: [${type}!]! totalCount: Int! }
type ${type}Edge { node: ${type}! }`

const page = 'title: String href: String content: String'

/** What clients are shown, and what queries are checked against. */
export const schemaText = `
schema { query: RootQueryType }
"A document that was found."
interface SearchResult { ${page} }
"A page of the documentation."
type Guide implements SearchResult { ${page} subsections: SubsectionCollection }
type Subsection { ${page} }
"An operation of the Management API."
type ManagementApiReference implements SearchResult { ${page} }
${cursor('SearchResult')}
${cursor('Subsection')}
type RootQueryType {
  "This text."
  schema: String!
  "Searches by words. The content of guides is Markdown."
  searchDocs(query: String!, limit: Int): SearchResultCollection
}`

const collect = <T>(nodes: readonly T[], totalCount = nodes.length) => ({
  nodes,
  edges: nodes.map((node) => ({ node })),
  totalCount,
})

const most = 20

const search = (
  { guides, references }: Library,
  { query, limit }: { query: string; limit?: number | null },
) => {
  const found = rank(
    [
      ...guides.map((guide) => ({
        ...guide,
        __typename: 'Guide',
        // The sections that speak of it, or all when only the title does.
        subsections: () => {
          const about = rank(guide.sections, query)
          return collect(about.length === 0 ? guide.sections : about)
        },
      })),
      ...references.map((reference) => ({ ...reference, __typename: 'ManagementApiReference' })),
    ],
    query,
  )
  return collect(found.slice(0, Math.min(Math.max(limit ?? 10, 0), most)), found.length)
}

/** On first use: nobody who does not search pays for the library. */
const load = () => import('graphql')
let built: GraphQLSchema | undefined

/** The result, or what is wrong with the query. */
export const answerQuery = async (
  library: Library,
  query: string,
): Promise<{ readonly data: unknown } | { readonly problems: readonly string[] }> => {
  const { buildSchema, execute, GraphQLError, parse, validate } = await load()
  built ??= buildSchema(schemaText)
  try {
    const document = parse(query, { maxTokens: 1000 })
    const problems = validate(built, document)
    if (problems.length > 0) return { problems: problems.map(({ message }) => message) }
    const rootValue = {
      schema: schemaText,
      searchDocs: (asked: { query: string; limit?: number | null }) => search(library, asked),
    }
    const { data, errors } = await execute({ schema: built, document, rootValue })
    return errors === undefined ? { data } : { problems: errors.map(({ message }) => message) }
  } catch (error) {
    if (error instanceof GraphQLError) return { problems: [error.message] }
    throw error
  }
}
