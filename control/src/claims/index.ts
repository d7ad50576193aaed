// Operations of this domain, in the order the reference shows them.

import { createClaimToken } from './create-claim-token.ts'
import { deleteClaimToken } from './delete-claim-token.ts'
import { getClaimToken } from './get-claim-token.ts'
import { previewClaim } from './preview-claim.ts'
import { takeClaim } from './take-claim.ts'
import { previewTransfer, transfer } from './transfer-operations.ts'

export const claims = [
  createClaimToken,
  getClaimToken,
  deleteClaimToken,
  previewClaim,
  takeClaim,
  previewTransfer,
  transfer,
]
