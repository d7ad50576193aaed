// The sending process: the same request over and over on kept-alive connections, one at a time on each. It does
// little else, so that on a small machine the measured side gets the processor.

import { connect } from 'node:net'
import { createHistogram } from 'node:perf_hooks'
import type { SendJob, SendReport } from './job.ts'
import { readAnswers } from './read-answers.ts'

const send = (job: SendJob): Promise<SendReport> =>
  new Promise((resolve, reject) => {
    const request = Buffer.from(job.request)
    const latencies = createHistogram({ highest: 100_000_000 })
    const started = performance.now()
    const until = started + job.seconds * 1000
    let answered = 0
    let failed = 0
    let open = job.connections

    const report = (): void => {
      const seconds = (performance.now() - started) / 1000
      const ms = (percentile: number) => latencies.percentile(percentile) / 1000
      resolve({ answered, failed, seconds, p50: ms(50), p99: ms(99) })
    }
    const start = (): void => {
      const socket = connect({ ...job.door, noDelay: true })
      let sent = performance.now()
      const next = (): void => {
        sent = performance.now()
        socket.write(request)
      }
      const read = readAnswers((status) => {
        const now = performance.now()
        latencies.record(Math.max(1, Math.round((now - sent) * 1000)))
        answered += 1
        if (status < 200 || status > 299) failed += 1
        if (now < until || answered < job.atLeast) next()
        else socket.end()
      })
      socket.once('connect', next)
      socket.on('data', read)
      socket.once('error', reject)
      socket.once('close', () => {
        open -= 1
        if (open === 0) report()
      })
    }
    for (let index = 0; index < job.connections; index++) start()
  })

process.on('message', (job: SendJob) => {
  void send(job).then((report) => process.send?.(report))
})
