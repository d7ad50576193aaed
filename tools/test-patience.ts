// How long tests wait for a condition: as long as a busy machine may need. A condition that never comes still fails.

import { vi } from 'vitest'

const patienceMs = 60_000
const { waitFor } = vi

/** Files that share a process share this, too: what is patient already is left as it is. */
if (waitFor.name !== 'waitPatiently')
  vi.waitFor = function waitPatiently(callback, options) {
    return waitFor(callback, typeof options === 'number' ? options : { timeout: patienceMs, ...options })
  }
