// The six floors as data (docs/floors.svg is drawn from it, the check below enforces it): which folder may
// import which workspace.

/** Lower floors first. `may` names sibling workspaces of the same floor that an import may reach. */
export type Floor = {
  readonly folder: string
  readonly holds: string
  readonly below: readonly string[]
  readonly may: Readonly<Record<string, readonly string[]>>
}

const ground = [
  'errors',
  'config',
  'observe',
  'machine',
  'crypto',
  'certificates',
  'http',
  'postgres',
  'jobs',
  'testing',
]

/** Inside `ground` a workspace may import those that stand before it. */
const earlier = Object.fromEntries(ground.map((name, index) => [name, ground.slice(0, index)]))

export const floors: readonly Floor[] = [
  { folder: 'contracts', holds: 'types and schemas that cross a process boundary', below: [], may: {} },
  { folder: 'ground', holds: 'plain abilities any server needs', below: ['contracts'], may: earlier },
  {
    folder: 'engines',
    holds: 'machinery with one hard job each',
    below: ['contracts', 'ground'],
    may: { cluster: ['process'], deno: ['process'], search: ['models'] },
  },
  {
    folder: 'services',
    holds: 'what one branch offers to the world',
    below: ['contracts', 'ground', 'engines'],
    may: {},
  },
  {
    folder: 'control',
    holds: 'what the installation offers to its owners',
    below: ['contracts', 'ground', 'engines'],
    may: {},
  },
  {
    folder: 'apps',
    holds: 'processes: read config, wire, listen, stop',
    below: ['contracts', 'ground', 'engines', 'services', 'control'],
    may: {},
  },
  { folder: 'web', holds: 'code for browsers; a client like any other', below: [], may: {} },
]

/** Development-only workspaces that production code may never import. */
export const developmentOnly = ['testing']

/** A workspace's place: `ground/http` is floor `ground`, name `http`; `control` is both. */
export type Place = { readonly floor: Floor; readonly name: string }

export const placeOf = (path: string): Place | undefined => {
  const [folder = '', name = folder] = path.split('/')
  const floor = floors.find((candidate) => candidate.folder === folder)
  return floor && { floor, name: folder === 'contracts' || folder === 'control' ? folder : name }
}

/** Says whether code at `from` may import the workspace at `to`. */
export const mayImport = (from: Place, to: Place): boolean =>
  from.floor === to.floor
    ? from.name === to.name || (from.floor.may[from.name] ?? []).includes(to.name)
    : from.floor.below.includes(to.floor.folder)
