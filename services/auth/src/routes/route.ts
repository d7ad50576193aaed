// What a route file exports: a function that adds its endpoints.

import type { FastifyInstance } from 'fastify'
import type { Post } from '../core/post.ts'
import type { Parts } from '../deps.ts'
import type { Limit } from './limits.ts'

/** `post` sends letters after the transaction, `limit` refuses addresses that try too often. */
export type RouteParts = Parts & { readonly limit: Limit; readonly post: Post }

export type Route = (app: FastifyInstance, parts: RouteParts) => void
