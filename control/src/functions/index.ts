// Operations of this domain, in the order the reference shows them.

import { bulkUpdate } from './bulk-update.ts'
import { createFunction } from './create-function.ts'
import { deployFunction } from './deploy-function.ts'
import { getBody } from './get-body.ts'
import { getFunction, listFunctions, removeOne } from './read-functions.ts'
import { updateFunction } from './update-function.ts'

export const functions = [
  listFunctions,
  deployFunction,
  createFunction,
  bulkUpdate,
  getFunction,
  updateFunction,
  removeOne,
  getBody,
]
