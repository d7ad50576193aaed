// Every change of functions and their secrets ends the same way: the spec says what is deployed now.

import { StackFunctions } from '@plinth/contracts'
import type { Queries } from '@plinth/postgres'
import type { Platform } from '../frame/call.ts'
import { changeProject } from '../projects/spec.ts'
import { withDeployed } from './deploy.ts'

type Change<T> = (
  db: Queries,
  functions: StackFunctions,
) => Promise<{ readonly result: T; readonly functions: StackFunctions }>

export const changeFunctions = <T>(platform: Platform, ref: string, change: Change<T>): Promise<T> =>
  changeProject(platform, ref, 'have its functions changed', async ({ db, spec }) => {
    const { result, functions } = await change(db, spec.functions ?? StackFunctions.parse({}))
    return { result, spec: { ...spec, functions } }
  })

/** A change of what is deployed. */
export const changeDeployed = <T>(
  platform: Platform,
  ref: string,
  change: (db: Queries) => Promise<T>,
): Promise<T> =>
  changeFunctions(platform, ref, async (db, functions) => {
    const result = await change(db)
    return { result, functions: await withDeployed(db, ref, functions) }
  })
