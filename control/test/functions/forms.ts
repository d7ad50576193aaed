// Forms as clients send them, and a zip as tools write it.

import { crc32, deflateRawSync } from 'node:zlib'

type Part = {
  readonly name: string
  readonly fileName?: string
  readonly type?: string
  readonly content: string | Buffer
}

const boundary = 'plinth-test'

/** `multipart/form-data` with the parts in their order. */
export const form = (parts: readonly Part[]) => {
  const chunks = parts.flatMap(({ name, fileName, type, content }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`,
    fileName === undefined ? '' : `; filename="${fileName}"`,
    type === undefined ? '' : `\r\nContent-Type: ${type}`,
    '\r\n\r\n',
    content,
    '\r\n',
  ])
  const body = Buffer.concat([...chunks, `--${boundary}--\r\n`].map((chunk) => Buffer.from(chunk)))
  return { body, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }
}

export const file = (fileName: string, content: string | Buffer): Part => ({
  name: 'file',
  fileName,
  type: 'application/octet-stream',
  content,
})

export const metadata = (value: object): Part => ({ name: 'metadata', content: JSON.stringify(value) })

/** The least metadata there can be. */
export const entrypoint = (path: string): Part => metadata({ entrypoint_path: path })

const header = (path: string, packed: Buffer, content: Buffer) => {
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(8, 4)
  fields.writeUInt32LE(crc32(content), 10)
  fields.writeUInt32LE(packed.length, 14)
  fields.writeUInt32LE(content.length, 18)
  fields.writeUInt16LE(Buffer.byteLength(path), 22)
  return fields
}

export const zip = (files: Readonly<Record<string, string>>): Buffer => {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let at = 0
  for (const [path, text] of Object.entries(files)) {
    const content = Buffer.from(text)
    const packed = deflateRawSync(content)
    const fields = header(path, packed, content)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(path), packed])
    const central = Buffer.alloc(46)
    central.write('PK\x01\x02', 'latin1')
    central.writeUInt16LE(20, 4)
    fields.copy(central, 6)
    central.writeUInt32LE(at, 42)
    centrals.push(central, Buffer.from(path))
    locals.push(local)
    at += local.length
  }
  const directory = Buffer.concat(centrals)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(Object.keys(files).length, 8)
  end.writeUInt16LE(Object.keys(files).length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, directory, end])
}
