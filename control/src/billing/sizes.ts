// What a size means here: shares of the database server. Nothing costs anything.

import { InstanceSize } from '../projects/sizes.ts'

/** Connections that the database of each size takes; the larger ones all take as many. */
const connections: Readonly<Record<string, number>> = {
  nano: 60,
  micro: 60,
  small: 90,
  medium: 120,
  large: 160,
  xlarge: 240,
  '2xlarge': 380,
  '4xlarge': 480,
  '8xlarge': 490,
}
const mostConnections = 500

export const connectionsOf = (size: string): number => connections[size] ?? mostConnections

/** Sizes that are sold as an add-on elsewhere: all but the smallest. */
export const paidSizes = InstanceSize.options.filter((size) => size !== 'nano')

/** `24xlarge_high_memory` → `24XL High Memory`. */
export const sizeName = (size: string): string =>
  size
    .split('_')
    .map((word) => word.replace(/^(\d*)xlarge$/, '$1XL').replace(/^[a-z]/, (letter) => letter.toUpperCase()))
    .join(' ')
