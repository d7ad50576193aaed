// Operations of this domain, in the order the reference shows them.

import { getProfile } from './get-profile.ts'

export const accounts = [getProfile]
