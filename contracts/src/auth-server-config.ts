// Settings of the project as an identity provider for others' apps.

import { switches, texts } from './config-keys.ts'

export const authServerKeys = {
  ...switches(['oauth_server_enabled', 'oauth_server_allow_dynamic_registration']),
  /** Page of the project's own site where people allow or deny an app. */
  ...texts(['oauth_server_authorization_path']),
}
