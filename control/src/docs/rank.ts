// Which texts speak most of what is asked: a word counts as much in the title as often in the text, less in a long one, and a word that stands
// everywhere says little.

export type Text = { readonly title: string; readonly content: string }

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []

/** `tables` is asked for by `table`, and the other way round. */
const isAbout = (word: string, term: string): boolean =>
  word === term ||
  (Math.abs(word.length - term.length) <= 2 &&
    Math.min(word.length, term.length) > 2 &&
    (word.startsWith(term) || term.startsWith(word)))

const countOf = (words: readonly string[], term: string): number =>
  words.filter((word) => isAbout(word, term)).length

/** The best first; what has no word of the question is left out. */
export const rank = <T extends Text>(texts: readonly T[], question: string): readonly T[] => {
  const terms = [...new Set(wordsOf(question))].filter((term) => term.length > 1)
  const counted = texts.map((text) => {
    const [title, content] = [wordsOf(text.title), wordsOf(text.content)]
    const counts = terms.map((term) => {
      const often = countOf(content, term)
      return Math.min(countOf(title, term), 1) + often / (often + 0.5 + content.length / 1000)
    })
    return { text, counts }
  })
  const weights = terms.map((_, n) => {
    const holders = counted.filter(({ counts }) => (counts[n] ?? 0) > 0).length
    return Math.log((1 + texts.length) / (1 + holders))
  })
  return counted
    .map(({ text, counts }) => ({
      text,
      score: counts.reduce((sum, count, n) => sum + count * (weights[n] ?? 0), 0),
    }))
    .filter(({ score }) => score > 0)
    .toSorted((one, other) => other.score - one.score)
    .map(({ text }) => text)
}
