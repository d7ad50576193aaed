// Runs the floors in a process of their own, so that their processor time can be read.

import { fork } from 'node:child_process'
import { join } from 'node:path'
import { answerOf } from '../answer-of.ts'
import type { FloorJob, FloorMessage, FloorQuestion } from './job.ts'

export type Floor = {
  readonly pid: number
  readonly socketPath: string
  /** The wire client alone. */
  readonly askLine: (question: FloorQuestion) => Promise<Extract<FloorMessage, { kind: 'line' }>>
  readonly close: () => void
}

export const startFloor = async (job: FloorJob): Promise<Floor> => {
  const child = fork(join(import.meta.dirname, 'main.ts'), {
    execArgv: ['--conditions=source'],
    // A session of its own, like the product's processes: Linux shares the processor out by sessions.
    detached: true,
    env: { ...process.env, FLOOR: JSON.stringify(job) },
  })
  await answerOf<FloorMessage>(child)
  return {
    pid: child.pid ?? 0,
    socketPath: job.socketPath,
    askLine: async (question) => {
      child.send(question)
      const message = await answerOf<FloorMessage>(child)
      if (message.kind !== 'line') throw new Error(`The floor answered ${message.kind}.`)
      return message
    },
    close: () => child.kill(),
  }
}
