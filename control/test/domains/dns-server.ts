// Somebody else's name server on a loopback port: it answers TXT, CNAME and A from a table.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'

export type Zone = Map<string, { TXT?: string; CNAME?: string; A?: string }>

const types: Readonly<Record<number, 'A' | 'CNAME' | 'TXT'>> = { 1: 'A', 5: 'CNAME', 16: 'TXT' }

const encodeName = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ])

const encodeValue = (type: string, value: string): Buffer => {
  if (type === 'A') return Buffer.from(value.split('.').map(Number))
  if (type === 'CNAME') return encodeName(value)
  return Buffer.from([value.length, ...Buffer.from(value)])
}

/** Name, number of the type, and where the question ends. */
const readQuestion = (packet: Buffer) => {
  const labels: string[] = []
  let at = 12
  for (let size = packet[at] ?? 0; size > 0; size = packet[at] ?? 0) {
    labels.push(packet.toString('latin1', at + 1, at + 1 + size))
    at += size + 1
  }
  return { name: labels.join('.').toLowerCase(), type: packet.readUInt16BE(at + 1), end: at + 5 }
}

const answer = (packet: Buffer, zone: Zone): Buffer => {
  const { name, type, end } = readQuestion(packet)
  const kind = types[type]
  const value = kind && zone.get(name)?.[kind]
  const head = Buffer.from(packet.subarray(0, end))
  head.writeUInt16BE(value === undefined && !zone.has(name) ? 0x81_83 : 0x81_80, 2)
  head.writeUInt16BE(value === undefined ? 0 : 1, 6)
  head.writeUInt32BE(0, 8)
  if (kind === undefined || value === undefined) return head
  const data = encodeValue(kind, value)
  const record = Buffer.alloc(12)
  record.writeUInt16BE(0xc0_0c, 0)
  record.writeUInt16BE(type, 2)
  record.writeUInt16BE(1, 4)
  record.writeUInt32BE(0, 6)
  record.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, record, data])
}

export const startDnsServer = async (zone: Zone) => {
  const socket = createSocket('udp4')
  socket.on('message', (packet, { port, address }) => socket.send(answer(packet, zone), port, address))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    close: () => new Promise<void>((resolve) => void socket.close(() => resolve())),
  }
}
