// Two people, one table: each sees only their own rows, and a visitor sees none.

import { createClient } from '@supabase/supabase-js'

const say = (who, what) => console.log(`${who.padEnd(8)} ${what}`)

const orThrow = ({ data, error }) => {
  if (error) throw error
  return data
}

const signUp = async (project, name) => {
  const client = createClient(project.url, project.key)
  const email = `${name}-${Date.now()}@example.com`
  orThrow(await client.auth.signUp({ email, password: 'correct horse battery' }))
  say(name, `signed up as ${email}`)
  return client
}

const titles = async (client) =>
  orThrow(await client.from('todos').select('title, done').order('id')).map(
    (todo) => `${todo.done ? '✓' : '·'} ${todo.title}`,
  )

/** Runs the story and answers what each of the three sees at the end. */
export const walk = async (project) => {
  const ada = await signUp(project, 'ada')
  const ben = await signUp(project, 'ben')
  orThrow(await ada.from('todos').insert([{ title: 'write the first program' }, { title: 'have tea' }]))
  orThrow(await ben.from('todos').insert({ title: 'tune the engine' }))
  orThrow(await ada.from('todos').update({ done: true }).eq('title', 'have tea'))

  const seen = {
    ada: await titles(ada),
    ben: await titles(ben),
    visitor: await titles(createClient(project.url, project.key)),
  }
  for (const [who, list] of Object.entries(seen))
    say(who, `sees ${list.length === 0 ? 'nothing' : list.join('   ')}`)

  const stolen = orThrow(
    await ben.from('todos').update({ title: 'mine now' }).eq('title', 'have tea').select(),
  )
  say('ben', `tried to change one of ada's rows and changed ${stolen.length}`)
  return { ...seen, stolen: stolen.length }
}
