// The pages of this installation's documentation, cut at their headings.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export type Section = { readonly title: string; readonly href: string; readonly content: string }

export type Guide = Section & { readonly sections: readonly Section[] }

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

/** `# Title` opens a page, `## Heading` a section. */
export const cutGuide = (name: string, text: string): Guide => {
  const href = `docs/${name}`
  const sections = text.split(/^## /m).slice(1)
  return {
    title: /^# (.+)$/m.exec(text)?.[1] ?? name,
    href,
    content: text,
    sections: sections.map((section) => {
      const [title = ''] = section.split('\n', 1)
      return { title, href: `${href}#${anchorOf(title)}`, content: section.slice(title.length).trim() }
    }),
  }
}

/** None where the folder did not come along. */
export const readGuides = async (folder: string): Promise<readonly Guide[]> => {
  const names = await readdir(folder).catch(() => [])
  const pages = names.filter((name) => name.endsWith('.md')).toSorted()
  return Promise.all(pages.map(async (name) => cutGuide(name, await readFile(join(folder, name), 'utf8'))))
}
