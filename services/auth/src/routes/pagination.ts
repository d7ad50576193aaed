// Pages by number: `page` and `per_page` in, `link` and `x-total-count` out.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { errors } from '../errors.ts'
import { queryText } from './read-body.ts'

export type Page = {
  readonly page: number
  readonly perPage: number
  readonly limit: number
  readonly offset: number
}

const whole = /^\d{1,15}$/

const readNumber = (request: FastifyRequest, name: string, usual: number): number => {
  const given = queryText(request, name)
  if (given === '') return usual
  if (!whole.test(given)) {
    const why = `strconv.ParseUint: parsing "${given}": invalid syntax`
    throw errors.invalid(`Bad Pagination Parameters: ${why}`)
  }
  return Number(given)
}

const largest = 1000

export const readPage = (request: FastifyRequest): Page => {
  const page = Math.max(1, readNumber(request, 'page', 1))
  const perPage = Math.min(largest, readNumber(request, 'per_page', 50))
  if (perPage === 0) throw errors.invalid('Bad Pagination Parameters: per_page must be greater than 0')
  return { page, perPage, limit: perPage, offset: (page - 1) * perPage }
}

/** Clients read the number of the next page from the first parameter: `page` stands first. */
const linkTo = (request: FastifyRequest, path: string, page: number): string => {
  const [, search = ''] = request.url.split('?', 2)
  const others = [...new URLSearchParams(search)].filter(([name]) => name !== 'page')
  return `<${path}?${new URLSearchParams([['page', String(page)], ...others])}>`
}

type Counted = { readonly path: string; readonly page: Page; readonly total: number }

export const namePages = (
  request: FastifyRequest,
  reply: FastifyReply,
  { path, page, total }: Counted,
): void => {
  const last = Math.ceil(total / page.perPage)
  const next = last > page.page ? [`${linkTo(request, path, page.page + 1)}; rel="next"`] : []
  void reply.header('link', [...next, `${linkTo(request, path, last)}; rel="last"`].join(', '))
  void reply.header('x-total-count', String(total))
}
