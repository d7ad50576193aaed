// Answers that several routes give: a session with its headers, a user.

import type { FastifyReply } from 'fastify'
import type { Opened } from '../core/open-session.ts'

export const nameSession = (reply: FastifyReply, { userId, sessionId, body }: Opened): void => {
  void reply.header('sb-auth-user-id', userId)
  void reply.header('sb-auth-session-id', sessionId)
  void reply.header('sb-auth-refresh-token-prefix', body.refresh_token.slice(0, 5))
}

export const sendSession = (reply: FastifyReply, opened: Opened, more: object = {}): object => {
  nameSession(reply, opened)
  return { ...opened.body, ...more }
}
