// The next message of a process that was forked to measure; its end is an error.

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export const answerOf = async <Message>(child: ChildProcess): Promise<Message> => {
  const ended = new AbortController()
  const exit = once(child, 'exit', ended).then(([code]) => {
    throw new Error(`A measuring process ended with ${code}.`)
  })
  exit.catch(() => undefined)
  // What our own forks send is what their job file says.
  const [message] = (await Promise.race([once(child, 'message', ended), exit])) as [Message]
  ended.abort()
  return message
}
