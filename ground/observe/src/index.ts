// What the program notices, turned into JSON lines. Code calls `observe`; only this workspace writes logs.

export { type MakeObserve, makeObserve, type Observer } from './make-observe.ts'
export { type MemoryObserver, memoryObserve } from './memory-observe.ts'
export { renderError } from './render-error.ts'
