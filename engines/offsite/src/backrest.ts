// pgBackRest as a process: what it needs comes by its environment alone, so that no key stands in an argument.

import { spawn } from 'node:child_process'
import { failedBy } from './explain-refusal.ts'

/** How it ended when it failed: its own number, and what it said. */
export class BackrestFailure extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export type Environment = Readonly<Record<string, string>>
export type RunOptions = { readonly env?: Environment; readonly signal?: AbortSignal | undefined }
export type Backrest = (args: readonly string[], options?: RunOptions) => Promise<string>

/** It ends its workers and frees its locks when it is asked to; one that does not is killed. */
const KILL_AFTER_MS = 2_000

const failureOf = (bucket: string, code: number | null, said: string): Error => {
  const [, number, text = said] = /ERROR: \[(\d+)\]: ([\s\S]*)/.exec(said) ?? []
  const reason = text.trim() || `it ended with ${code}`
  const cause = new BackrestFailure(Number(number ?? code ?? -1), reason)
  return Object.assign(failedBy(bucket, reason), { cause })
}

/** The number pgBackRest failed with, if it was pgBackRest that failed. */
export const failureCode = (error: unknown): number | undefined => {
  const { cause } = (error ?? {}) as { readonly cause?: unknown }
  return cause instanceof BackrestFailure ? cause.code : undefined
}

export const makeBackrest =
  (program: string, bucket: string, base: Environment): Backrest =>
  (args, { env = {}, signal } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const child = spawn(program, ['--no-config', ...args], {
        env: { ...base, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let out = ''
      const take = (text: string): void => {
        out += text
      }
      child.stdout.setEncoding('utf8').on('data', take)
      child.stderr.setEncoding('utf8').on('data', take)
      let killing: NodeJS.Timeout | undefined
      const stop = (): void => {
        child.kill('SIGTERM')
        killing = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
      }
      signal?.addEventListener('abort', stop)
      const settle = (act: () => void): void => {
        clearTimeout(killing)
        signal?.removeEventListener('abort', stop)
        act()
      }
      child.once('error', (error) => settle(() => reject(error)))
      child.once('close', (code) =>
        settle(() => {
          if (code === 0) resolve(out)
          else reject(signal?.aborted ? signal.reason : failureOf(bucket, code, out))
        }),
      )
    })
