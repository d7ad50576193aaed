// What is wrong with a template, in words for whoever wrote it.

export class TemplateError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TemplateError'
  }
}
