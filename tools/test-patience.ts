// How long tests wait for a condition: as long as a busy machine may need. A condition that never comes still fails.

import { vi } from 'vitest'

const patienceMs = 60_000
const { waitFor } = vi

vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout: patienceMs, ...options })
