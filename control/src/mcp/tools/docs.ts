// The documentation of this installation, for agents. It takes GraphQL, as the official tool does.

import { z } from 'zod'
import { answerQuery, schemaText } from '../../docs/answer-query.ts'
import { errors } from '../errors.ts'
import { tool } from '../tool.ts'

export const docsTools = [
  tool({
    name: 'search_docs',
    title: 'Search docs',
    about: `Searches the documentation of this installation and the reference of its Management API, by a GraphQL query. Use it before you rely on what you know of other installations.\n\nThe schema:\n${schemaText}`,
    group: 'docs',
    effect: 'reads',
    needs: [],
    input: z.object({ graphql_query: z.string().max(20_000).describe('GraphQL query string') }),
    run: async ({ library }, { graphql_query }) => {
      const answer = await answerQuery(await library(), graphql_query)
      if ('problems' in answer) throw errors.badQuery(answer.problems)
      return { result: answer.data }
    },
  }),
]
