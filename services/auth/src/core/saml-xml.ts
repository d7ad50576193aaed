// XML of identity providers: the same parser that checks their signatures, strict, and without document types, which
// have no place in SAML and many in attacks.

/** As much of the parser's nodes as is used here. Its own types bring those of a browser into the whole program. */
type XmlNode = { readonly nodeType: number; readonly childNodes: ArrayLike<XmlNode> }
export type XmlElement = XmlNode & {
  readonly localName: string
  readonly namespaceURI: string | null
  readonly textContent: string | null
  readonly hasAttribute: (name: string) => boolean
  readonly getAttribute: (name: string) => string | null
}
type Parsed = { readonly documentElement: XmlElement | null }
type Library = {
  readonly DOMParser: new (options: {
    readonly errorHandler: Readonly<Record<string, (message: string) => never>>
  }) => { readonly parseFromString: (text: string, type: string) => Parsed | undefined }
}

export const ns = {
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
} as const

/** The root of a document; throws for anything that is not well-formed. */
export const parseXml = async (text: string): Promise<XmlElement> => {
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw new Error('The document has a document type.')
  // Written as a text, so that the types above stand for the library's.
  const { DOMParser }: Library = await import('@xmldom/xmldom' as string)
  const refuse = (message: string): never => {
    throw new Error(message)
  }
  const errorHandler = { warning: refuse, error: refuse, fatalError: refuse }
  const document = new DOMParser({ errorHandler }).parseFromString(text, 'text/xml')
  if (document?.documentElement == null) throw new Error('The document is empty.')
  return document.documentElement
}

const isElement = (node: XmlNode): node is XmlElement => node.nodeType === 1

/** Children with this name; `path` goes further down. */
export const elementsAt = (
  parent: XmlElement,
  namespace: string,
  ...path: readonly string[]
): readonly XmlElement[] => {
  const [name, ...rest] = path
  if (name === undefined) return [parent]
  const found = Array.from(parent.childNodes).filter(
    (node): node is XmlElement =>
      isElement(node) && node.localName === name && node.namespaceURI === namespace,
  )
  return found.flatMap((one) => elementsAt(one, namespace, ...rest))
}

/** `undefined` when it is not there. */
export const attributeOf = (element: XmlElement | undefined, name: string): string | undefined =>
  element?.hasAttribute(name) ? (element.getAttribute(name) ?? undefined) : undefined

export const textOf = (element: XmlElement | undefined): string => element?.textContent?.trim() ?? ''

/** Milliseconds since the epoch; times without a zone are UTC. `undefined` for none, NaN for none that we know. */
export const timeOf = (text: string | undefined): number | undefined => {
  if (text === undefined || text === '') return undefined
  return Date.parse(/(?:z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`)
}
