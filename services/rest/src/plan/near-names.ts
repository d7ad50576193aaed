// "Perhaps you meant …": the closest of some names, by shared letter groups first, then by edit distance.
// Scores agree with the reference server's, so that the same typo gets the same hint.

const simplified = (text: string): string =>
  `-${text.toLowerCase().replace(/[^a-z0-9\u00C0-\u00FF, ]+/g, '')}-`

const grams = (text: string, size: number): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  const padded = simplified(text).padEnd(size, '-')
  for (let at = 0; at + size <= padded.length; at++) {
    const gram = padded.slice(at, at + size)
    counts.set(gram, (counts.get(gram) ?? 0) + 1)
  }
  return counts
}

const sharesGram = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number => {
  let dot = 0
  for (const [gram, count] of a) dot += count * (b.get(gram) ?? 0)
  return dot
}

const norm = (counts: ReadonlyMap<string, number>): number =>
  Math.sqrt([...counts.values()].reduce((sum, count) => sum + count * count, 0))

const editDistance = (a: string, b: string): number => {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, change))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}

const similarity = (a: string, b: string): number => {
  const longest = Math.max(a.length, b.length)
  return longest === 0 ? 1 : 1 - editDistance(a.toLowerCase(), b.toLowerCase()) / longest
}

type Match = { readonly name: string; readonly score: number }

const bySize = (names: readonly string[], wanted: string, size: number): readonly Match[] => {
  const own = grams(wanted, size)
  const ownNorm = norm(own)
  const close = names
    .map((name) => {
      const theirs = grams(name, size)
      return { name, score: sharesGram(own, theirs) / (ownNorm * norm(theirs)) }
    })
    .filter((match) => match.score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, 50)
  return close
    .map(({ name }) => ({ name, score: similarity(wanted, name) }))
    .sort((a, b) => b.score - a.score)
}

/** All names that resemble `wanted`, best first; groups of three letters are tried before groups of two. */
const nearNames = (names: readonly string[], wanted: string, minimum = 0.33): readonly string[] => {
  for (const size of [3, 2]) {
    const matches = bySize(names, wanted, size).filter((match) => match.score >= minimum)
    if (matches.length > 0) return matches.map((match) => match.name)
  }
  return []
}

export const nearestName = (names: readonly string[], wanted: string, minimum?: number): string | undefined =>
  nearNames(names, wanted, minimum)[0]
