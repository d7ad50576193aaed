// Names that stand for every address, and addresses as an address line shows them.

const everywhere: Readonly<Record<string, string>> = {
  '*': '0.0.0.0',
  '*4': '0.0.0.0',
  '!4': '0.0.0.0',
  '*6': '::',
  '!6': '::',
}

export const isSpecialHost = (host: string): boolean => host in everywhere

/** What to listen at. */
export const hostToBind = (host: string): string => everywhere[host] ?? host

/** What to show: PostgREST shows all special names alike. */
export const hostToShow = (host: string): string => (isSpecialHost(host) ? '0.0.0.0' : host)
