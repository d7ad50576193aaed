/** A client's address as people write it: a socket for both families shows IPv4 clients as `::ffff:192.0.2.7`. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')
