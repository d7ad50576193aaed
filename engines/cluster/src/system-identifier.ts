// Copies of one template share its system identifier, so that WAL of one project would be accepted by
// another. A copy that was never started gets its own: in the control file and in every WAL segment.

import { randomBytes } from 'node:crypto'
import { open, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { clusterErrors } from './errors.ts'

/** CRC-32C, as Postgres checks its control file with (node:zlib has only the other one). */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1
  return value >>> 0
})

const crc32c = (bytes: Uint8Array): number => {
  let value = 0xffffffff
  for (const byte of bytes) value = (crcTable[(value ^ byte) & 255] ?? 0) ^ (value >>> 8)
  return (value ^ 0xffffffff) >>> 0
}

/** The checksum follows the last field; where that is differs by version (288 in 15 and 17, 292 in 18). */
const findChecksum = (control: Buffer): number => {
  for (let offset = 200; offset < 480; offset += 4)
    if (crc32c(control.subarray(0, offset)) === control.readUInt32LE(offset)) return offset
  throw clusterErrors.controlFileUnknown()
}

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
  const file = join(dataDir, 'global/pg_control')
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
