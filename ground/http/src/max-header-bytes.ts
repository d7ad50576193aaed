// For servers with the framework and without.

/** Clients send filters of 8 KB and more in the address; Node's own limit for all headers is 16 KB. */
export const maxHeaderBytes = 64 * 1024
