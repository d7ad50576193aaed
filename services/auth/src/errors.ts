// Every error this service raises. Codes, statuses and messages are GoTrue's: clients compare them.

import { defineErrors, type ErrorShape } from '@plinth/errors'

const caller = (status: number, code: string, message: string): ErrorShape => ({
  kind: 'caller',
  status,
  code,
  message,
})

const limit = (code: string, message: string): ErrorShape => ({ kind: 'limit', status: 429, code, message })

/** The project's database refused: most often a trigger of the owner's. */
const database = (message: string, cause: unknown): ErrorShape => ({
  kind: 'project',
  status: 500,
  code: 'unexpected_failure',
  message,
  cause,
})

export const errors = defineErrors('auth', {
  // the request itself
  badJson: (problem: string) => caller(400, 'bad_json', `Could not parse request body as JSON: ${problem}`),
  badBody: (message: string) => caller(400, 'bad_json', message),
  invalid: (message: string) => caller(400, 'validation_failed', message),
  invalidValue: (message: string) => caller(422, 'validation_failed', message),
  invalidId: (name: string) => caller(404, 'validation_failed', `${name} must be an UUID`),
  bodyTooLarge: (bytes: number) =>
    caller(413, 'request_entity_too_large', `Request body too large (max ${bytes} bytes)`),
  notFound: () => caller(404, 'not_found', 'There is no such endpoint.'),
  tookTooLong: (): ErrorShape => ({
    kind: 'platform',
    status: 504,
    code: 'request_timeout',
    message: 'Processing this request timed out, please retry after a moment.',
  }),
  tooManyRequests: () => limit('over_request_rate_limit', 'Request rate limit reached'),
  /** The OAuth shape, whatever version the caller names. */
  oauth: (error: string, message: string) => ({ ...caller(400, 'oauth_error', message), details: { error } }),
  conflict: (message: string) => caller(409, 'conflict', message),

  captchaMissing: () =>
    caller(400, 'captcha_failed', 'captcha protection: request disallowed (no captcha_token found)'),
  captchaFailed: (codes: string) =>
    caller(400, 'captcha_failed', `captcha protection: request disallowed (${codes})`),
  captchaUnreachable: (cause: unknown): ErrorShape => ({
    kind: 'upstream',
    status: 500,
    code: 'unexpected_failure',
    message: 'captcha verification process failed',
    cause,
  }),

  // who is asking
  noBearer: () => caller(401, 'no_authorization', 'This endpoint requires a valid Bearer token'),
  badToken: (why: string) => caller(403, 'bad_jwt', why),
  badSubject: () => caller(400, 'bad_jwt', 'invalid claim: sub claim must be a UUID'),
  notAdmin: () => caller(403, 'not_admin', 'User not allowed'),
  appMetadataNotAllowed: () => caller(403, 'not_admin', 'Updating app_metadata requires admin privileges'),
  anonymousNotAllowed: () =>
    caller(403, 'no_authorization', 'Anonymous user not allowed to perform these actions'),
  tokenUserGone: () => caller(403, 'user_not_found', 'User from sub claim in JWT does not exist'),
  tokenSessionGone: () =>
    caller(403, 'session_not_found', 'Session from session_id claim in JWT does not exist'),
  sessionOver: () => caller(403, 'session_expired', 'Session is no longer valid'),
  bannedToken: () => caller(403, 'user_banned', 'User is banned'),
  userNotFound: () => caller(404, 'user_not_found', 'User not found'),
  userWithEmailNotFound: () => caller(404, 'user_not_found', 'User with this email not found'),

  // signing up and in
  signupDisabled: () => caller(422, 'signup_disabled', 'Signups not allowed for this instance'),
  anonymousDisabled: () => caller(422, 'anonymous_provider_disabled', 'Anonymous sign-ins are disabled'),
  emailSignupDisabled: () => caller(400, 'email_provider_disabled', 'Email signups are disabled'),
  phoneSignupDisabled: () => caller(400, 'phone_provider_disabled', 'Phone signups are disabled'),
  emailLoginDisabled: (status: 400 | 422 = 422) =>
    caller(status, 'email_provider_disabled', 'Email logins are disabled'),
  phoneLoginDisabled: (status: 400 | 422 = 422) =>
    caller(status, 'phone_provider_disabled', 'Phone logins are disabled'),
  channelUnknown: () =>
    caller(
      400,
      'validation_failed',
      "Invalid channel, supported values are 'sms' or 'whatsapp'. 'whatsapp' is only supported if Twilio or Twilio Verify is used as the provider.",
    ),
  phoneOtpDisabled: () => caller(400, 'phone_provider_disabled', 'Unsupported phone provider'),
  userExists: () => caller(422, 'user_already_exists', 'User already registered'),
  emailExists: () =>
    caller(422, 'email_exists', 'A user with this email address has already been registered'),
  phoneExists: () => caller(422, 'phone_exists', 'A user with this phone number has already been registered'),
  phoneTaken: () => caller(422, 'phone_exists', 'Phone number already registered by another user'),
  unknownGrant: () => caller(400, 'invalid_credentials', 'unsupported_grant_type'),
  invalidLogin: () => caller(400, 'invalid_credentials', 'Invalid login credentials'),
  banned: () => caller(400, 'user_banned', 'User is banned'),
  emailNotConfirmed: () => caller(400, 'email_not_confirmed', 'Email not confirmed'),
  phoneNotConfirmed: () => caller(400, 'phone_not_confirmed', 'Phone not confirmed'),
  weakPassword: (message: string, reasons: readonly string[]) => ({
    ...caller(422, 'weak_password', message),
    details: { reasons },
  }),
  samePassword: () => caller(422, 'same_password', 'New password should be different from the old password.'),
  aal2Needed: () =>
    caller(
      401,
      'insufficient_aal',
      'AAL2 session is required to update email or password when MFA is enabled.',
    ),
  ssoManaged: () =>
    caller(422, 'user_sso_managed', 'Updating email, phone, password of a SSO account only possible via SSO'),
  emailUnverified: () => caller(422, 'email_not_confirmed', 'Please verify your email first.'),
  phoneUnverified: () => caller(422, 'phone_not_confirmed', 'Please verify your phone first.'),
  reauthenticationNeeded: () =>
    caller(400, 'reauthentication_needed', 'Password update requires reauthentication'),
  reauthenticationInvalid: (why = 'Nonce has expired or is invalid') =>
    caller(422, 'reauthentication_not_valid', why),
  currentPasswordNeeded: () =>
    caller(400, 'current_password_required', 'Current password required when setting new password.'),
  currentPasswordWrong: () =>
    caller(400, 'current_password_invalid', 'Current password required when setting new password.'),

  // refreshing
  refreshTokenUnknown: () =>
    caller(400, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found'),
  refreshTokenUsed: () => caller(400, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used'),
  refreshUserBanned: () => caller(400, 'user_banned', 'Invalid Refresh Token: User Banned'),
  refreshSessionGone: () => caller(400, 'session_not_found', 'Invalid Refresh Token: No Valid Session Found'),
  refreshByOther: (why: string) => ({
    ...caller(400, 'oauth_error', why),
    details: { error: 'invalid_client' },
  }),
  refreshSessionOver: (why: string) =>
    caller(400, 'session_expired', `Invalid Refresh Token: Session Expired${why}`),

  // one-time codes and flows
  codeInvalid: () => caller(403, 'otp_expired', 'Token has expired or is invalid'),
  linkInvalid: () => caller(403, 'otp_expired', 'Email link is invalid or has expired'),
  otpDisabled: () => caller(422, 'otp_disabled', 'Signups not allowed for otp'),
  mailTooOften: (seconds: number) =>
    limit(
      'over_email_send_rate_limit',
      `For security purposes, you can only request this after ${seconds} seconds.`,
    ),
  smsTooOften: (seconds: number) =>
    limit(
      'over_sms_send_rate_limit',
      `For security purposes, you can only request this after ${seconds} seconds.`,
    ),
  tooManyMails: () => limit('over_email_send_rate_limit', 'email rate limit exceeded'),
  tooManySms: () => limit('over_sms_send_rate_limit', 'SMS rate limit exceeded'),
  mailFailed: (message: string, cause: unknown): ErrorShape => ({
    kind: 'upstream',
    status: 500,
    code: 'unexpected_failure',
    message,
    cause,
  }),
  /** Whoever sends codes says why it did not. */
  smsFailed: (what: string, cause: unknown): ErrorShape => ({
    kind: 'upstream',
    status: 422,
    code: 'sms_send_failed',
    message: `Error sending ${what} OTP to provider: ${cause instanceof Error ? cause.message : 'unknown'}`,
    cause,
  }),
  factorSmsFailed: (cause: unknown): ErrorShape => ({
    kind: 'upstream',
    status: 500,
    code: 'unexpected_failure',
    message: 'error sending message',
    cause,
  }),
  smsProviderUnset: (cause: unknown): ErrorShape => ({
    kind: 'project',
    status: 500,
    code: 'unexpected_failure',
    message: 'Unable to get SMS provider',
    hint: 'Set all keys of the provider of text messages.',
    cause,
  }),
  flowNotFound: () => caller(404, 'flow_state_not_found', 'invalid flow state, no valid flow state found'),
  flowOver: () => caller(422, 'flow_state_expired', 'invalid flow state, flow state has expired'),
  noFlow: () =>
    caller(
      400,
      'flow_state_not_found',
      'No associated flow state found. No valid flow state found for user.',
    ),
  badVerifier: (why: string) => caller(400, 'bad_code_verifier', why),

  // hooks of the project
  hookFailed: (message: string, cause?: unknown): ErrorShape => ({
    kind: 'project',
    status: 500,
    code: 'unexpected_failure',
    message,
    ...(cause === undefined ? {} : { cause }),
  }),
  /** The hook says no, in its own words. */
  hookObjects: (message: string, status: number) =>
    caller(status, status === 500 ? 'unexpected_failure' : 'unknown', message),
  hookTimeout: (message: string) => caller(422, 'hook_timeout', message),
  hookUnreachable: (cause: unknown): ErrorShape => ({
    kind: 'project',
    status: 422,
    code: 'hook_timeout_after_retry',
    message: 'Failed to reach hook after maximum retries',
    cause,
  }),
  hookAnswerTooLarge: (bytes: number) =>
    caller(422, 'hook_payload_over_size_limit', `Payload size exceeded size limit of ${bytes} bytes`),
  hookAnswerType: (message: string) => caller(400, 'hook_payload_invalid_content_type', message),
  passwordRejected: (message: string) => caller(400, 'invalid_credentials', message),
  factorRejected: (message: string) => caller(403, 'mfa_verification_rejected', message),

  // second factors
  noSession: () =>
    caller(
      500,
      'unexpected_failure',
      'A valid session and a registered user are required to enroll a factor',
    ),
  factorNotFound: () => caller(404, 'mfa_factor_not_found', 'Factor not found'),
  factorNameTaken: (name: string) =>
    caller(
      422,
      'mfa_factor_name_conflict',
      `A factor with the friendly name "${name}" for this user already exists`,
    ),
  factorTaken: () =>
    caller(
      422,
      'mfa_factor_name_conflict',
      'Another factor of this user has this name or phone number already',
    ),
  tooManyFactors: () =>
    caller(
      422,
      'too_many_enrolled_mfa_factors',
      'Maximum number of verified factors reached, unenroll to continue',
    ),
  aal2ToEnroll: () => caller(403, 'insufficient_aal', 'AAL2 required to enroll a new factor'),
  aal2ToUnenroll: () => caller(422, 'insufficient_aal', 'AAL2 required to unenroll verified factor'),
  enrollDisabled: (type: string, name: string) =>
    caller(422, `mfa_${type}_enroll_not_enabled`, `MFA enroll is disabled for ${name}`),
  factorVerifyDisabled: (type: string, name: string) =>
    caller(422, `mfa_${type}_verify_not_enabled`, `MFA verification is disabled for ${name}`),
  challengeNotFound: () =>
    caller(422, 'mfa_factor_not_found', 'MFA factor with the provided challenge ID not found'),
  challengeElsewhere: () =>
    caller(422, 'mfa_ip_address_mismatch', 'Challenge and verify IP addresses mismatch.'),
  challengeOver: (id: string) =>
    caller(
      422,
      'mfa_challenge_expired',
      `MFA challenge ${id} has expired, verify against another challenge or create a new challenge.`,
    ),
  factorCodeWrong: (kind: 'TOTP' | 'MFA Phone') =>
    caller(422, 'mfa_verification_failed', `Invalid ${kind} code entered`),
  phoneFactorExists: () =>
    caller(
      422,
      'mfa_verified_factor_exists',
      'A verified phone factor already exists, unenroll the existing factor to continue',
    ),
  keyRefused: (cause: unknown) => ({
    ...caller(422, 'mfa_verification_failed', 'Failed to validate WebAuthn MFA response'),
    cause,
  }),

  // keys that sign in by themselves
  relyingPartyUnset: (): ErrorShape => ({
    kind: 'project',
    status: 500,
    code: 'unexpected_failure',
    message: 'Failed to initialize WebAuthn',
    hint: 'Set webauthn_rp_id and webauthn_rp_origins, or a site_url that is a web address.',
  }),
  passkeysOff: () => caller(404, 'passkey_disabled', 'Passkeys are disabled'),
  aal2ForPasskeys: () =>
    caller(403, 'insufficient_aal', 'AAL2 session is required to manage passkeys when MFA is enabled'),
  tooManyPasskeys: () => caller(422, 'too_many_passkeys', 'Maximum number of passkeys reached'),
  passkeyNotFound: () => caller(404, 'validation_failed', 'Passkey not found'),
  ceremonyNotFound: () => caller(400, 'webauthn_challenge_not_found', 'Challenge not found or already used'),
  ceremonyOver: () => caller(400, 'webauthn_challenge_expired', 'Challenge has expired'),
  ceremonyFailed: (message: string, cause?: unknown) => ({
    ...caller(400, 'webauthn_verification_failed', message),
    ...(cause === undefined ? {} : { cause }),
  }),
  credentialExists: () => caller(422, 'webauthn_credential_exists', 'This credential is already registered'),
  passkeyEmailUnconfirmed: () => caller(403, 'email_not_confirmed', 'Email not confirmed'),
  passkeyPhoneUnconfirmed: () => caller(403, 'phone_not_confirmed', 'Phone not confirmed'),

  // apps of others
  oauthClientInvalid: (message = 'invalid client_id') => caller(400, 'oauth_client_not_found', message),
  oauthClientNotFound: () => caller(404, 'oauth_client_not_found', 'OAuth client not found'),
  oauthClientRefused: (message = 'Invalid client credentials') => caller(400, 'invalid_credentials', message),
  authorizationNotFound: () => caller(404, 'oauth_authorization_not_found', 'authorization not found'),
  consentNotFound: () => caller(404, 'oauth_consent_not_found', 'No active grant found for this client'),
  registrationOff: () =>
    caller(403, 'oauth_dynamic_client_registration_disabled', 'Dynamic client registration is not enabled'),

  // other services
  providerUnset: (why: string) => caller(400, 'validation_failed', `Unsupported provider: ${why}`),
  providerUnreachable: (cause: unknown): ErrorShape => ({
    kind: 'upstream',
    status: 400,
    code: 'validation_failed',
    message: 'Unsupported provider: the provider cannot be reached',
    cause,
  }),
  badCallback: (why: string) => caller(400, 'bad_oauth_callback', why),
  badState: (why: string) => caller(400, 'bad_oauth_state', why),
  stateUsed: () => caller(400, 'flow_state_already_used', 'State has already been used'),
  exchangeFailed: (start: string, cause: unknown): ErrorShape => ({
    kind: 'upstream',
    status: 500,
    code: 'unexpected_failure',
    message: `Unable to exchange external code: ${start}`,
    cause,
  }),
  tokenFailed: (cause: unknown): ErrorShape => ({
    kind: 'upstream',
    status: 500,
    code: 'unexpected_failure',
    message: 'Unable to retrieve access token',
    cause,
  }),
  profileFailed: (
    cause: unknown,
    message = 'Error getting user profile from external provider',
  ): ErrorShape => ({ kind: 'upstream', status: 500, code: 'unexpected_failure', message, cause }),
  manyAccounts: () =>
    database(
      'Multiple accounts with the same email address in the same linking domain detected: default',
      undefined,
    ),
  providerEmailUnverified: (provider: string, wasSent: boolean) =>
    caller(
      422,
      'provider_email_needs_verification',
      wasSent
        ? `Unverified email with ${provider}. A confirmation email has been sent to your ${provider} email`
        : `Unverified email with ${provider}. Verify the email with ${provider} in order to sign in`,
    ),
  customProviderNotFound: () => caller(404, 'custom_provider_not_found', 'Custom OAuth provider not found'),
  customProviderTaken: () =>
    caller(400, 'conflict', 'A custom OAuth provider with this identifier already exists'),
  discoveryFailed: (url: string, cause: unknown): ErrorShape => ({
    ...caller(
      400,
      'validation_failed',
      `OIDC discovery from "${url}" failed: ${cause instanceof Error ? cause.message : String(cause)}`,
    ),
    cause,
  }),
  ssoProviderNotFound: (message = 'SSO Identity Provider not found') =>
    caller(404, 'sso_provider_not_found', message),
  ssoProviderDisabled: (message: string) => caller(404, 'sso_provider_disabled', message),
  ssoDomainTaken: (message: string) => caller(400, 'sso_domain_already_exists', message),
  ssoConflict: (cause: unknown): ErrorShape => ({
    ...caller(422, 'conflict', 'Updating SSO provider failed, likely due to a conflict. Try again?'),
    cause,
  }),
  samlProviderExists: (entityId: string) =>
    caller(
      422,
      'saml_idp_already_exists',
      `SAML Identity Provider with this EntityID (${entityId}) already exists`,
    ),
  samlProviderUnknown: () =>
    caller(
      404,
      'saml_idp_not_found',
      'A SAML connection has not been established with this Identity Provider',
    ),
  samlEntityMismatch: (expected: string, got: string) =>
    caller(
      400,
      'saml_entity_id_mismatch',
      `SAML Metadata can be updated only if the EntityID matches for the provider; expected '${expected}' but got '${got}'`,
    ),
  samlFetchFailed: (message: string, cause?: unknown): ErrorShape => ({
    ...caller(400, 'saml_metadata_fetch_failed', message),
    cause,
  }),
  samlStateUnknown: () =>
    caller(404, 'saml_relay_state_not_found', 'SAML RelayState does not exist, try logging in again?'),
  samlStateOver: () =>
    caller(422, 'saml_relay_state_expired', 'SAML RelayState has expired. Try logging in again?'),
  samlInvalid: (cause: unknown): ErrorShape => ({
    ...caller(400, 'validation_failed', 'SAML Assertion is not valid'),
    cause,
  }),
  samlNobody: () =>
    caller(
      400,
      'saml_assertion_no_user_id',
      'SAML Assertion did not contain a persistent Subject Identifier attribute or Subject NameID uniquely identifying this user',
    ),
  samlNoEmail: () =>
    caller(400, 'saml_assertion_no_email', 'SAML Assertion does not contain an email address'),

  inviteNotFound: () => caller(404, 'invite_not_found', 'Invite not found'),
  inviteUserNotFound: () => caller(404, 'user_not_found', 'User identified by token not found'),
  identityTaken: (isOwn: boolean) =>
    caller(
      422,
      'identity_already_exists',
      isOwn ? 'Identity is already linked' : 'Identity is already linked to another user',
    ),

  // identities
  linkingDisabled: () => caller(404, 'manual_linking_disabled', 'Manual linking is disabled'),
  lastIdentity: () =>
    caller(422, 'single_identity_not_deletable', 'User must have at least 1 identity after unlinking'),
  identityNotFound: () => caller(422, 'identity_not_found', "Identity doesn't exist"),
  identityConflict: () =>
    caller(422, 'email_conflict_identity_not_deletable', 'Unable to unlink identity due to email conflict'),
  audienceUnexpected: () =>
    caller(403, 'unexpected_audience', "Token audience doesn't match request audience"),

  // what is switched off
  providerUnknown: (name: string) =>
    caller(400, 'validation_failed', `Unsupported provider: Provider ${name} could not be found`),
  providerOff: () => caller(400, 'validation_failed', 'Unsupported provider: provider is not enabled'),
  issuerOff: (issuer: string) =>
    caller(400, 'provider_disabled', `Provider (issuer "${issuer}") is not enabled`),
  linkingAnonymously: () => ({
    ...caller(400, 'oauth_error', 'Linking requires a valid user access token in Authorization'),
    details: { error: 'invalid request' },
  }),
  customProviderOff: (name: string) =>
    caller(400, 'provider_disabled', `Custom provider "${name}" is disabled`),
  featureOff: (code: string, message: string) => caller(404, code, message),
  web3Off: (chain = '') => caller(422, 'web3_provider_disabled', `${chain}Web3 provider is disabled`),
  chainUnsupported: () => caller(400, 'web3_unsupported_chain', 'Unsupported chain'),

  // the project's database
  databaseRefused: database,
  savingUser: (cause: unknown) => database('Database error saving new user', cause),
  savingAnonymousUser: (cause: unknown) => database('Database error creating anonymous user', cause),
  creatingUser: (cause: unknown) => database('Database error creating new user', cause),
  updatingUser: (cause: unknown) => database('Error updating user', cause),
})
