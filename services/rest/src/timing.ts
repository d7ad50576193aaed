// `Server-Timing`: how long each stage took, when the owner has switched it on.

import type { Answer } from './respond.ts'

type Stage = 'parse' | 'plan' | 'transaction' | 'response'

export type Timing = {
  /** Ends a stage; the next one begins. */
  readonly end: (stage: Stage) => void
  readonly render: () => string | undefined
}

const off: Timing = { end: () => undefined, render: () => undefined }

export const startTiming = (isOn: boolean): Timing => {
  if (!isOn) return off
  // The token was checked before the request came here.
  const parts = ['jwt;dur=0.0']
  let last = performance.now()
  return {
    end: (stage) => {
      const now = performance.now()
      parts.push(`${stage};dur=${(now - last).toFixed(1)}`)
      last = now
    },
    render: () => parts.join(', '),
  }
}

export const withTiming = (answer: Answer, timing: Timing): Answer => {
  const value = timing.render()
  return value === undefined ? answer : { ...answer, headers: { ...answer.headers, 'server-timing': value } }
}
