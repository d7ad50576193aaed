// Single sign-on: an identity provider is added, shown, changed and removed.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Installation, makeManage, until } from '@plinth/e2e'
import type { Case, Words } from './case.ts'

const entityId = 'https://idp.example.com/metadata'
const certificate = Buffer.from('a key that nobody signs with here').toString('base64')
const metadata = [
  `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}">`,
  '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing">',
  `<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo>`,
  '</KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso"/>',
  '</IDPSSODescriptor></EntityDescriptor>',
].join('')
const mapping = { keys: { full_name: { name: 'displayName' } } }

export const signOn = (installation: Installation, words: Words): readonly Case[] => {
  const manage = makeManage(installation)
  const path = () => `/v1/projects/${words.get('ref')}/config/auth`
  /** No command switches it on. */
  const switchOn = async () => {
    await manage('PATCH', path(), { saml_enabled: true })
    await until('SAML to be on', async () => (await manage('GET', `${path()}/sso/providers`)).status === 200)
  }
  const learn = async () => {
    const { body } = await manage('GET', `${path()}/sso/providers`)
    words.set('idp', String(body.items[0].id))
  }
  return [
    { type: 'sso list', exit: 1, shows: /SAML 2\.0/ },
    {
      type: 'sso add --type saml --metadata-file idp.xml --domains work.example.com --attribute-mapping-file map.json --yes',
      before: async (desk) => {
        await switchOn()
        await writeFile(join(desk.folder, 'idp.xml'), metadata)
        await writeFile(join(desk.folder, 'map.json'), JSON.stringify(mapping))
      },
      shows: /work\.example\.com/,
      after: learn,
    },
    { type: 'sso list', shows: /idp\.example\.com\/metadata/ },
    { type: 'sso show {idp}', shows: /displayName/ },
    { type: 'sso show {idp} --metadata', shows: /EntityDescriptor/ },
    { type: 'sso update {idp} --add-domains more.example.com --yes', shows: /more\.example\.com/ },
    { type: 'sso update {idp} --domains last.example.com --yes', hides: /more\.example\.com/ },
    { type: 'sso remove {idp} --yes', shows: /last\.example\.com/ },
    { type: 'sso show {idp}', exit: 1, shows: /could not be found/ },
  ]
}
