// Everybody who waits for the same branch: one promise for all.

export class Waiters {
  #shared: PromiseWithResolvers<void> | undefined

  get any(): boolean {
    return this.#shared !== undefined
  }

  wait(): Promise<void> {
    this.#shared ??= Promise.withResolvers<void>()
    return this.#shared.promise
  }

  resolve(): void {
    this.#shared?.resolve()
    this.#shared = undefined
  }

  reject(error: Error): void {
    this.#shared?.reject(error)
    this.#shared = undefined
  }
}
