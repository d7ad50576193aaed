// docs/not-offered.md: operations of the API we are compatible with that are not here, and why.

import { join } from 'node:path'
import type { Generated } from '../generate.ts'
import { root } from '../root.ts'

const templated = (route: string): string => route.replace(/:(\w+)/g, '{$1}')

export const generateNotOffered = async (): Promise<readonly Generated[]> => {
  const { notOffered } = await import('../../control/src/index.ts')
  const families = notOffered.map(
    ({ family, why, routes }) =>
      `## ${family}\n\n${why}\n\n${routes.map((route) => `- \`${templated(route)}\``).join('\n')}\n`,
  )
  const text = `# Not offered

<!-- Made from control/src/frame/not-offered.ts by \`npm run generate\`. -->

Clients know these operations of the Management API; this installation does not have them. A call is answered 404 with
the sentence below.

${families.join('\n')}`
  return [{ path: join(root, 'docs/not-offered.md'), text }]
}
