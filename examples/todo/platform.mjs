// The part a platform would write: makes sure that a project named "todo" exists, is ready and has its table.

import { readFile } from 'node:fs/promises'

const firstRun = async () => {
  const file = `${process.env.PLINTH_DATA ?? new URL('../../.plinth', import.meta.url).pathname}/first-run.json`
  return JSON.parse(await readFile(file, 'utf8'))
}

/** Calls the Management API and answers the parsed body; a refusal becomes an error with its words. */
const manage = async (plinth, method, path, body) => {
  const reply = await fetch(`${plinth.api}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${plinth.token}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  const text = await reply.text()
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`)
  return text ? JSON.parse(text) : undefined
}

const table = `
  create table if not exists public.todos (
    id bigint generated always as identity primary key,
    owner uuid not null default auth.uid() references auth.users on delete cascade,
    title text not null check (title <> ''),
    done boolean not null default false,
    created_at timestamptz not null default now()
  );
  alter table public.todos enable row level security;
  drop policy if exists "owners see and change their own todos" on public.todos;
  create policy "owners see and change their own todos" on public.todos
    for all to authenticated using (owner = (select auth.uid())) with check (owner = (select auth.uid()));
`

const findOrCreate = async (plinth) => {
  const projects = await manage(plinth, 'GET', '/projects')
  const existing = projects.find((project) => project.name === 'todo')
  if (existing) return existing
  const [organization] = await manage(plinth, 'GET', '/organizations')
  console.log('Creating the project "todo" …')
  return manage(plinth, 'POST', '/projects', {
    name: 'todo',
    organization_slug: organization.slug,
    region: 'us-east-1',
    db_pass: crypto.randomUUID(),
  })
}

const whenReady = async (plinth, ref) => {
  for (;;) {
    const project = await manage(plinth, 'GET', `/projects/${ref}`)
    if (project.status === 'ACTIVE_HEALTHY') return project
    if (project.status !== 'COMING_UP' && project.status !== 'UNKNOWN')
      throw new Error(`The project is ${project.status}.`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Answers `{ url, key }` for supabase-js. */
export const prepareProject = async () => {
  const plinth = { api: process.env.PLINTH_URL, token: process.env.PLINTH_ACCESS_TOKEN }
  if (!plinth.api || !plinth.token) {
    const file = await firstRun()
    plinth.api ??= file.url
    plinth.token ??= file.access_token
  }
  const project = await whenReady(plinth, (await findOrCreate(plinth)).ref)
  await manage(plinth, 'POST', `/projects/${project.ref}/database/query`, { query: table })
  const keys = await manage(plinth, 'GET', `/projects/${project.ref}/api-keys?reveal=true`)
  return { url: project.endpoints.api_loopback, key: keys.find((key) => key.type === 'publishable').api_key }
}
