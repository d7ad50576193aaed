// What went wrong with a request, in the words of the library that upstream's worker uses: people search for them.

type Steps = { readonly dnsMs: number; readonly handshakeMs: number; readonly httpMs: number }

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Couldn't connect to server",
  EHOSTUNREACH: "Couldn't connect to server",
  ENETUNREACH: "Couldn't connect to server",
  ETIMEDOUT: "Couldn't connect to server",
  ENOTFOUND: "Couldn't resolve host name",
  EAI_AGAIN: "Couldn't resolve host name",
  ECONNRESET: 'Server returned nothing (no headers, no data)',
  EPIPE: 'Failed sending data to the peer',
  EPROTO: 'SSL connect error',
  HPE_INVALID_CONSTANT: 'Weird server reply',
}

export const wordsOf = (error: unknown): string => {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  if (/CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code))
    return 'SSL peer certificate or SSH remote key was not OK'
  if (code.startsWith('HPE_')) return 'Weird server reply'
  return words[code] ?? (message === 'socket hang up' ? words['ECONNRESET'] : undefined) ?? message
}

export const timeoutWords = (timeoutMs: number, { dnsMs, handshakeMs, httpMs }: Steps): string => {
  const show = (ms: number) => `${Math.max(ms, 0).toFixed(6)} ms`
  const steps = `DNS time: ${show(dnsMs)}, TCP/SSL handshake time: ${show(handshakeMs)}, HTTP Request/Response time: ${show(httpMs)}`
  return `Timeout of ${timeoutMs} ms reached. Total time: ${show(dnsMs + handshakeMs + httpMs)} (${steps})`
}
