// A state machine as a table: every state has a row, every row says where an event leads. Nothing runs
// here; who uses a machine stores the new state first and acts afterwards.

/** One row per state, none missing; an event without an entry does not apply in that state. */
export type MachineTable<State extends string, Event extends string> = {
  readonly [S in State]: { readonly [E in Event]?: State }
}

export type Machine<State extends string, Event extends string> = {
  /** Where `event` leads from `state`, or `undefined` when it does not apply there. */
  readonly after: (state: State, event: Event) => State | undefined
  readonly states: readonly State[]
  /** Every event that some state answers to. */
  readonly events: readonly Event[]
  readonly table: MachineTable<State, Event>
}

/** `machine<State, Event>()(table)`: called twice so that the types are given and the table is checked. */
export const machine =
  <State extends string, Event extends string>() =>
  (table: MachineTable<State, Event>): Machine<State, Event> => {
    // The keys of a checked table are exactly its states, and those of its rows are events.
    const states = Object.keys(table) as State[]
    const events = [...new Set(states.flatMap((state) => Object.keys(table[state])))] as Event[]
    const after = (state: State, event: Event): State | undefined => {
      const row = table[state]
      return Object.hasOwn(row, event) ? row[event] : undefined
    }
    return Object.freeze({ after, states, events, table })
  }
