// A request's whole body, for services whose contract is about the whole of it.

import type { IncomingMessage } from 'node:http'
import { httpErrors } from './errors.ts'

export const hasBody = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/**
 * Rejects with 413 above `limit` bytes, and with 400 when the sender breaks off. What is left of a body that is too
 * long is read and thrown away: a sender still busy sending it would see a broken pipe instead of the answer.
 */
export const readBody = (request: IncomingMessage, limit: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    let size = 0
    const end = (settle: () => void) => {
      request.off('data', take).off('end', finish).off('close', breakOff)
      settle()
    }
    const take = (piece: Buffer) => {
      size += piece.length
      if (size > limit) {
        end(() => reject(httpErrors.bodyTooLarge(limit)))
        request.resume()
      } else pieces.push(piece)
    }
    const finish = () =>
      end(() => resolve(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)))
    const breakOff = () =>
      end(() => reject(httpErrors.badRequest('The body is not as long as Content-Length says.')))
    request.on('data', take).on('end', finish).on('close', breakOff)
    // Told by `close` as well.
    request.on('error', () => undefined)
  })
