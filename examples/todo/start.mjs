// `npx node examples/todo/start.mjs`: prepares a project, plays the story of two users in the terminal, then serves
// the small app on http://localhost:3000. With `--walk` it ends after the story.

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { prepareProject } from './platform.mjs'
import { walk } from './walk.mjs'

const project = await prepareProject()
console.log(`Project ready at ${project.url}\n`)
await walk(project)

if (!process.argv.includes('--walk')) {
  const library = join(
    dirname(createRequire(import.meta.url).resolve('@supabase/supabase-js/package.json')),
    'dist/umd/supabase.js',
  )
  const files = {
    '/': ['text/html', new URL('./page.html', import.meta.url)],
    '/app.mjs': ['text/javascript', new URL('./app.mjs', import.meta.url)],
    '/supabase.js': ['text/javascript', library],
  }
  const server = createServer(async (request, reply) => {
    if (request.url === '/project.json')
      return reply.setHeader('content-type', 'application/json').end(JSON.stringify(project))
    const [type, file] = files[request.url] ?? []
    if (!file) return reply.writeHead(404).end('Not found')
    reply.setHeader('content-type', `${type}; charset=utf-8`).end(await readFile(file))
  })
  server.listen(Number(process.env.PORT ?? 3000), () =>
    console.log(`\nOpen http://localhost:${server.address().port} in two browsers and sign up twice.`),
  )
}
