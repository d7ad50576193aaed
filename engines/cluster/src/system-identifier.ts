// Copies of one template share its system identifier, so that WAL of one project would be accepted by
// another. A copy that was never started gets its own: in the control file and in every WAL segment.

import { randomBytes } from 'node:crypto'
import { open, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { controlFileIn, findChecksum } from './control-file.ts'
import { crc32c } from './crc32c.ts'

/** A segment's long header carries the identifier at offset 24. */
const stampSegment = async (file: string, old: bigint, identifier: bigint): Promise<void> => {
  const handle = await open(file, 'r+')
  try {
    const header = Buffer.alloc(32)
    await handle.read(header, 0, 32, 0)
    if (header.readBigUInt64LE(24) !== old) return
    header.writeBigUInt64LE(identifier, 24)
    await handle.write(header, 24, 8, 24)
  } finally {
    await handle.close()
  }
}

/** Gives a cleanly stopped data directory an identifier of its own; resolves to it. */
export const newSystemIdentifier = async (dataDir: string): Promise<bigint> => {
  const file = controlFileIn(dataDir)
  const control = await readFile(file)
  const offset = findChecksum(control)
  const old = control.readBigUInt64LE(0)
  const seconds = BigInt(Math.floor(Date.now() / 1000))
  const identifier = (seconds << 32n) | BigInt(randomBytes(4).readUInt32LE(0))
  control.writeBigUInt64LE(identifier, 0)
  control.writeUInt32LE(crc32c(control.subarray(0, offset)), offset)
  const segments = (await readdir(join(dataDir, 'pg_wal'))).filter((name) => /^[0-9A-F]{24}$/.test(name))
  for (const name of segments) await stampSegment(join(dataDir, 'pg_wal', name), old, identifier)
  await writeFile(file, control)
  return identifier
}
