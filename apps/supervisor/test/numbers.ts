// A table of numbers in a branch, and which of them were acknowledged: whatever happens, those are there afterwards.

import { type Pool, sql } from '@plinth/postgres'
import { expect } from 'vitest'
import type { Installation } from './installation.ts'

export class Numbers {
  readonly #here: Installation
  readonly #ref: string
  #last = 0
  /** Those whose writing was confirmed. */
  readonly acknowledged: number[] = []

  constructor(here: Installation, ref: string) {
    this.#here = here
    this.#ref = ref
  }

  /** Makes the table, in a branch that serves. */
  async create(): Promise<void> {
    await this.#use((pool) => pool.run(sql`create table numbers (n int primary key, filler text)`))
  }

  /** Writes the next one, with so many bytes beside it. */
  add(bytes = 0): Promise<void> {
    return this.#use((pool) => this.#insert(pool, bytes))
  }

  /** Writes one after the other until it fails. */
  addUntilItFails(): Promise<void> {
    const write = async (pool: Pool): Promise<never> => {
      for (;;) await this.#insert(pool)
    }
    return this.#use(write).catch(() => undefined)
  }

  /** What is there, in the branch or in one that was made from it. */
  read(ref = this.#ref): Promise<readonly number[]> {
    return this.#here.asOwner(ref, async (pool) =>
      (await pool.query<{ n: number }>(sql`select n from numbers order by n`)).map(({ n }) => n),
    )
  }

  async expectKept(): Promise<void> {
    expect(await this.read()).toEqual(expect.arrayContaining(this.acknowledged))
  }

  /** The branch was taken back to these: those that are gone were given up by order. */
  goBackTo(numbers: readonly number[]): void {
    this.acknowledged.splice(0, this.acknowledged.length, ...numbers)
  }

  async #insert(pool: Pool, bytes = 0): Promise<void> {
    // One that was committed without an answer is not written twice.
    this.#last += 1
    const n = this.#last
    await pool.run(sql`
      insert into numbers values
        (${n}, (select string_agg(md5(i::text), '') from generate_series(1, ${bytes / 32}::int) i))`)
    this.acknowledged.push(n)
  }

  #use<T>(use: (pool: Pool) => Promise<T>): Promise<T> {
    return this.#here.asOwner(this.#ref, use)
  }
}
