// What a running Node process really holds: its heap after a collection, asked through the inspector. Memory that the
// process has taken from the system says less, for it is given back late.

import { setTimeout as sleep } from 'node:timers/promises'

type Target = { readonly webSocketDebuggerUrl: string }

/** Where SIGUSR1 opens it. */
const inspector = 'http://127.0.0.1:9229/json'

const findTarget = async (): Promise<string> => {
  for (let tries = 0; tries < 100; tries++) {
    try {
      // The inspector's list of what it debugs: this one process.
      const [target] = (await (await fetch(inspector)).json()) as readonly Target[]
      if (target !== undefined) return target.webSocketDebuggerUrl
    } catch {
      await sleep(50)
    }
  }
  throw new Error('The inspector of the process did not open; is port 9229 in use?')
}

type Told = { readonly usedSize: number; readonly result: { readonly value: unknown } }

const open = async () => {
  const socket = new WebSocket(await findTarget())
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  let asked = 0
  const ask = (method: string, params: object = {}) =>
    new Promise<Told>((resolve) => {
      const id = ++asked
      const hear = ({ data }: MessageEvent) => {
        const told = JSON.parse(String(data))
        if (told.id !== id) return
        socket.removeEventListener('message', hear)
        resolve(told.result)
      }
      socket.addEventListener('message', hear)
      socket.send(JSON.stringify({ id, method, params }))
    })
  const run = async (expression: string) =>
    (await ask('Runtime.evaluate', { expression, returnByValue: true })).result.value
  return { ask, run, close: () => socket.close() }
}

/** MiB in use after two collections. Nobody else can look into the process afterwards. */
export const liveHeapMiB = async (pid: number): Promise<number> => {
  process.kill(pid, 'SIGUSR1')
  const { ask, run, close } = await open()
  try {
    const found = await run('process.pid')
    if (found !== pid) throw new Error(`Port 9229 is the inspector of process ${found}, not of ${pid}.`)
    await ask('HeapProfiler.collectGarbage')
    await ask('HeapProfiler.collectGarbage')
    const { usedSize } = await ask('Runtime.getHeapUsage')
    // After this answer, which it would cut off.
    await run(`void setImmediate(() => process.getBuiltinModule('inspector').close())`)
    return usedSize / 2 ** 20
  } finally {
    close()
  }
}
