// Sizes as add-ons. Nothing costs anything.

import { InstanceSize } from '@plinth/contracts'

/** Sizes that are sold as an add-on elsewhere: all but the smallest. */
export const paidSizes = InstanceSize.options.filter((size) => size !== 'nano')

/** `24xlarge_high_memory` → `24XL High Memory`. */
export const sizeName = (size: string): string =>
  size
    .split('_')
    .map((word) => word.replace(/^(\d*)xlarge$/, '$1XL').replace(/^[a-z]/, (letter) => letter.toUpperCase()))
    .join(' ')
