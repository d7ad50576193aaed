// The whole app: plain supabase-js against a Plinth project.

const { url, key } = await (await fetch('/project.json')).json()
const client = window.supabase.createClient(url, key)
const find = (selector) => document.querySelector(selector)

/** Shows what went wrong, or clears the line; answers the data. */
const checked = ({ data, error }) => {
  find('#problem').textContent = error?.message ?? ''
  return error ? undefined : data
}

const item = (todo) => {
  const line = document.createElement('li')
  const box = Object.assign(document.createElement('input'), {
    type: 'checkbox',
    checked: todo.done,
    ariaLabel: `Done: ${todo.title}`,
  })
  box.onchange = async () =>
    checked(await client.from('todos').update({ done: box.checked }).eq('id', todo.id)) || show()
  line.className = todo.done ? 'done' : ''
  line.append(box, Object.assign(document.createElement('span'), { textContent: todo.title }))
  return line
}

const show = async () => {
  const { data } = await client.auth.getSession()
  find('#door').hidden = Boolean(data.session)
  find('#list').hidden = !data.session
  if (!data.session) return
  find('#who').textContent = data.session.user.email
  const todos = checked(await client.from('todos').select('id, title, done').order('id')) ?? []
  find('ul').replaceChildren(...todos.map(item))
}

find('#sign').onsubmit = async (event) => {
  event.preventDefault()
  const { email, password } = Object.fromEntries(new FormData(event.target))
  const way = event.submitter.value === 'up' ? 'signUp' : 'signInWithPassword'
  checked(await client.auth[way]({ email, password }))
  await show()
}
find('#add').onsubmit = async (event) => {
  event.preventDefault()
  checked(await client.from('todos').insert({ title: new FormData(event.target).get('title') }))
  event.target.reset()
  await show()
}
find('#leave').onclick = async () => {
  await client.auth.signOut()
  await show()
}
await show()
