// State machines as tables.

export { type Machine, type MachineTable, machine } from './machine.ts'
