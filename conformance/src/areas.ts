// The areas that `--area` names.

type Areas = {
  /** Walks, which need nothing but an installation. */
  readonly walks: readonly string[]
  /** Suites of the clients' repository. */
  readonly suites: readonly string[]
}

/** Why the areas that are asked for cannot be run, in one sentence; `undefined` when they can. */
export const whyNot = (
  asked: readonly string[],
  { walks, suites }: Areas,
  hasCheckout: boolean,
): string | undefined => {
  const unknown = asked.filter((area) => ![...walks, ...suites].includes(area))
  if (unknown.length > 0)
    return `There is no area ${unknown.join(', ')}. Areas: ${[...walks, ...suites].join(', ')}.`
  const homeless = hasCheckout ? [] : asked.filter((area) => suites.includes(area))
  if (homeless.length > 0)
    return `${homeless.join(', ')}: give the clients' repository, too: --upstream <checkout>.`
  return undefined
}
