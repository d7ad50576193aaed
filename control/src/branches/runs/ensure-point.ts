// The restore point before a merge, also when the host has been making it since before a crash.

import type { Backups } from '../../supervisor/backups.ts'

/** Resolves when the point is there, whoever had it made. */
export const ensurePoint = async (
  { listPoints, createPoint }: Pick<Backups, 'listPoints' | 'createPoint'>,
  ref: string,
  name: string,
): Promise<void> => {
  const isThere = async () => (await listPoints(ref)).some((point) => point.name === name)
  if (await isThere()) return
  try {
    await createPoint(ref, name)
  } catch (error) {
    // One that was being made is listed only when it is whole, and stands in the way of a second.
    if (!(await isThere())) throw error
  }
}
