// Reads the rule tree of a view (pg_node_tree): which column of which relation each of its columns shows.

export type ViewTarget = {
  /** Number of the view's column. */
  readonly position: number
  /** Where the column comes from: a table, or another view. */
  readonly relation: number
  readonly column: number
}

// A backslash escapes the character after it, so names can neither open a node nor look like a field.
const token = /\\.|[{}]|:(resno|resorigtbl|resorigcol) (\d+)/gs

/** The query is the outermost node and its target entries are the second level; deeper ones are subqueries. */
const targetDepth = 2

/** Columns of the view that show a column as it is; expressions are left out. */
export const readTargets = (tree: string): readonly ViewTarget[] => {
  const targets: ViewTarget[] = []
  let depth = 0
  let position = 0
  let relation = 0
  for (const [text, field, digits] of tree.matchAll(token)) {
    if (text === '{') depth += 1
    else if (text === '}') depth -= 1
    else if (depth !== targetDepth) continue
    else if (field === 'resno') position = Number(digits)
    else if (field === 'resorigtbl') relation = Number(digits)
    else if (field === 'resorigcol' && relation !== 0)
      targets.push({ position, relation, column: Number(digits) })
  }
  return targets
}
