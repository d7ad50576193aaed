// Statements of one transaction that are sent at once: one round trip.

/** Of several problems the first one sent is told: those after it only found the transaction over. */
export const together = async <T extends readonly unknown[]>(
  sent: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> => {
  const settled = await Promise.allSettled(sent)
  const failed = settled.find((one): one is PromiseRejectedResult => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return Promise.all(sent)
}
