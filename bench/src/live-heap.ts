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

/** MiB in use after two collections. */
export const liveHeapMiB = async (pid: number): Promise<number> => {
  process.kill(pid, 'SIGUSR1')
  const socket = new WebSocket(await findTarget())
  const ask = (id: number, method: string) =>
    new Promise<{ readonly usedSize: number }>((resolve) => {
      const hear = ({ data }: MessageEvent) => {
        const told = JSON.parse(String(data))
        if (told.id !== id) return
        socket.removeEventListener('message', hear)
        resolve(told.result)
      }
      socket.addEventListener('message', hear)
      socket.send(JSON.stringify({ id, method }))
    })
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  try {
    await ask(1, 'HeapProfiler.collectGarbage')
    await ask(2, 'HeapProfiler.collectGarbage')
    return (await ask(3, 'Runtime.getHeapUsage')).usedSize / 2 ** 20
  } finally {
    socket.close()
  }
}
