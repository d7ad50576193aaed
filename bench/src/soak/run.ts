// Many people with random errands, until the time is over; every answer is judged.

import type { Answer, Ask } from './ask.ts'
import { type Errand, errands, type Person } from './callers.ts'

export type Cut = { readonly from: number; to: number }

export type Counts = {
  readonly right: Map<string, number>
  /** Requests that met a killed backend. */
  cut: number
  /** What nobody may see; the first ones in words. */
  readonly wrong: string[]
  wrongInAll: number
  readonly marks: Set<string>
}

const lostCodes: ReadonlySet<unknown> = new Set([
  '57P01',
  '57P02',
  '08006',
  '08003',
  '08001',
  'PGRST001',
  'PGRST000',
])
/** A kill takes effect soon after it was ordered, and what it hits fails soon after that. */
const slackMs = 1000

const isLost = ({ status, body }: Answer): boolean =>
  status >= 500 && typeof body === 'object' && body !== null && 'code' in body && lostCodes.has(body.code)

const draw = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)] as T

const addOne = (counts: Map<string, number>, key: string): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1)

/** Runs until `until` (performance.now). `cuts` grows meanwhile. */
export const runPeople = async (
  ask: Ask,
  people: readonly Person[],
  { until, atOnce, cuts }: { readonly until: number; readonly atOnce: number; readonly cuts: readonly Cut[] },
): Promise<Counts> => {
  const counts: Counts = { right: new Map(), cut: 0, wrong: [], wrongInAll: 0, marks: new Set() }
  const blame = (text: string): void => {
    counts.wrongInAll += 1
    if (counts.wrong.length < 20) counts.wrong.push(text)
  }
  const note = ({ kind, judge, mark }: Errand, answer: Answer, began: number): void => {
    if (isLost(answer)) {
      const ended = performance.now()
      const isCut = cuts.some(({ from, to }) => from <= ended && to + slackMs >= began)
      if (isCut) counts.cut += 1
      else blame(`${kind}: lost its connection though nobody killed one: ${JSON.stringify(answer.body)}`)
      return
    }
    const problem = judge(answer)
    if (problem !== undefined) {
      blame(`${kind}: ${problem}`)
      return
    }
    addOne(counts.right, kind)
    if (mark !== undefined) counts.marks.add(mark)
  }
  const live = async (): Promise<void> => {
    while (performance.now() < until) {
      const errand = draw(errands)(draw(people))
      const began = performance.now()
      try {
        const answer = await ask(errand.asked)
        if (answer === 'left') addOne(counts.right, errand.kind)
        else note(errand, answer, began)
      } catch (error) {
        blame(`${errand.kind}: no answer: ${String(error)}`)
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, live))
  return counts
}
