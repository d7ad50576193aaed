// What a tool for agents is. Names, inputs and groups are those of the official server, so that prompts carry
// over; what a tool does is said in operations, so that it may no more than its caller may by REST.

import type { z } from 'zod'
import type { Library } from '../docs/answer-query.ts'
import type { ControlSettings } from '../frame/settings.ts'

export const groups = [
  'docs',
  'account',
  'database',
  'debugging',
  'development',
  'functions',
  'branching',
  'storage',
] as const
export type Group = (typeof groups)[number]

/** Hints of the protocol; a client decides by them what it asks its person about. */
export type Effect = 'reads' | 'changes' | 'destroys'

export type ToolCall = {
  /** Runs an operation as the caller: scope check, validation and audit included. */
  readonly ask: (id: string, raw: Readonly<Record<string, unknown>>) => Promise<unknown>
  readonly settings: ControlSettings
  /** Documentation to search. */
  readonly library: () => Promise<Library>
  readonly isReadOnly: boolean
  /** The only project this connection is for. */
  readonly projectRef: string | undefined
}

export type Tool<I extends z.ZodObject = z.ZodObject> = {
  readonly name: string
  readonly title: string
  readonly about: string
  readonly group: Group
  readonly effect: Effect
  /** It reaches beyond the platform, into what owners and their users wrote. */
  readonly isOpenWorld?: true
  /** Stays in read-only mode and keeps to reading by itself. */
  readonly adapts?: true
  /** Operations it is made of; it is not offered where one of them is missing. */
  readonly needs: readonly string[]
  readonly input: I
  readonly run: (call: ToolCall, input: z.output<I>) => Promise<object>
}

/** Defines a tool; keeps the types of its input and its work together. */
export const tool = <I extends z.ZodObject>(definition: Tool<I>): Tool =>
  // Whoever holds a list of tools hands `run` only what `input` has parsed.
  definition as unknown as Tool
