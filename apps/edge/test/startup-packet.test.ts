import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findAddress, readFirstPacket, writeStartup } from '../src/startup-packet.ts'
import { refs } from './stage.ts'

const startup = (parameters: Record<string, string>) => ({
  version: 196_608,
  parameters: Object.entries(parameters),
})
const ref = refs.one

describe('the project a client means', () => {
  const cases = [
    {
      name: 'by user',
      given: { user: `postgres.${ref}`, database: 'x' },
      ref,
      left: { user: 'postgres', database: 'x' },
    },
    { name: 'a user with dots', given: { user: `a.b.${ref}` }, ref, left: { user: 'a.b' } },
    {
      name: 'by -c reference',
      given: { user: 'postgres', options: `-c reference=${ref} -c work_mem=1MB` },
      ref,
      left: { options: '-c work_mem=1MB', user: 'postgres' },
    },
    {
      name: 'by reference alone',
      given: { user: 'postgres', options: `reference=${ref}` },
      ref,
      left: { user: 'postgres' },
    },
    {
      name: 'by --reference',
      given: { user: 'postgres', options: `--reference=${ref}` },
      ref,
      left: { user: 'postgres' },
    },
    {
      name: 'by reference in an address',
      given: { user: 'postgres', options: `reference=${ref}&application_name=x` },
      ref,
      left: { user: 'postgres', options: '&application_name=x' },
    },
    {
      name: 'user before options',
      given: { user: `postgres.${ref}`, options: `reference=${refs.two}` },
      ref,
      left: { user: 'postgres', options: `reference=${refs.two}` },
    },
  ]
  it.each(cases)('$name', ({ given, ref, left }) => {
    const address = findAddress(startup(given))
    expect(address?.ref).toBe(ref)
    expect(Object.fromEntries(address?.startup.parameters ?? [])).toEqual(left)
  })

  const nobody = [
    { user: 'postgres' },
    { user: `.${ref}` },
    { user: `postgres.${ref}x` },
    {},
    { options: `reference=${ref}` },
  ]
  it.each(nobody)('%j names none', (given) => {
    expect(findAddress(startup(given))).toBeUndefined()
  })
})

describe('first packets', () => {
  it('survive being read and written', () => {
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 20 })
      .map((value) => Buffer.from(value).toString('latin1').replaceAll('\0', 'x'))
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (parameters) => {
        const bytes = writeStartup({ version: 196_608, parameters })
        expect(readFirstPacket(bytes)).toEqual({
          kind: 'startup',
          size: bytes.length,
          startup: { version: 196_608, parameters },
        })
        for (const cut of [0, 3, 4, bytes.length - 1])
          expect(readFirstPacket(bytes.subarray(0, cut)).kind).toBe('incomplete')
      }),
    )
  })

  it('never throw, whatever the bytes are', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.option(fc.integer({ min: 0, max: 220 })),
        (bytes, size) => {
          const packet = Buffer.from(bytes)
          if (size !== null && packet.length >= 4) packet.writeInt32BE(size, 0)
          const found = readFirstPacket(packet)
          if (found.kind === 'startup') findAddress(found.startup)
        },
      ),
    )
  })
})
