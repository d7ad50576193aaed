// A form with files (`multipart/form-data`), read whole: the server's own limit bounds it.

import { z } from 'zod'

export type FormPart = {
  /** The field's name. */
  readonly field: string
  /** Name of the file as sent, path included; absent for a plain field. */
  readonly fileName?: string
  readonly bytes: Buffer
}

export class Form {
  readonly parts: readonly FormPart[]

  constructor(parts: readonly FormPart[]) {
    this.parts = parts
  }
}

/** Input of an operation that takes a form. */
export const FormInput = z.instanceof(Form, { error: 'expected multipart/form-data' })

/** Throws when the bytes are no such form. */
export const readForm = async (contentType: string, body: Buffer): Promise<Form> => {
  const headers = { 'content-type': contentType }
  const data = await new Response(new Uint8Array(body), { headers }).formData()
  const parts = [...data].map(async ([field, value]): Promise<FormPart> => {
    if (typeof value === 'string') return { field, bytes: Buffer.from(value) }
    return { field, fileName: value.name, bytes: Buffer.from(await value.arrayBuffer()) }
  })
  return new Form(await Promise.all(parts))
}
