// `log-query`: the statements of each request, noticed when they are over, with the status they led to.

import type { Observe } from '@plinth/contracts'
import { isDatabaseError, type Line, type LineRequest, statusOfSqlstate } from '@plinth/postgres'

const namesOf = ({ settings }: LineRequest): readonly string[] =>
  'names' in settings ? settings.names : settings.map(([name]) => name)

const settingsText = (names: readonly string[]): string =>
  `select ${names.map((name, index) => `set_config('${name}', $${index + 1}, true)`).join(', ')}`

const textsOf = (request: LineRequest): readonly string[] => {
  const names = namesOf(request)
  const texts = request.statements.map(({ text }) => text)
  return names.length === 0 ? texts : [settingsText(names), ...texts]
}

const failedStatus = (error: unknown): number =>
  isDatabaseError(error) ? statusOfSqlstate(error.sqlstate, { authenticated: true }) : 500

/** Values never appear: they may be secrets. */
export const logQueries = (line: Line, isOn: () => boolean, observe: Observe): Line => {
  const notice = (request: LineRequest, status: number): void => {
    for (const text of textsOf(request))
      observe({ level: 'info', event: 'query.run', fields: { text, status } })
  }
  return {
    ...line,
    run: async (request) => {
      if (!isOn()) return line.run(request)
      try {
        const results = await line.run(request)
        notice(request, 200)
        return results
      } catch (error) {
        notice(request, failedStatus(error))
        throw error
      }
    },
  }
}
