// The few calls of S3 that are used. The SDK takes time and memory to load, so it is loaded by the first call.

import type { Readable } from 'node:stream'
import { refusalOf } from './explain-refusal.ts'

export type BucketSettings = {
  /** `https://s3.example.com`; absent: Amazon's own, by region. */
  readonly endpoint?: string | undefined
  readonly region: string
  readonly bucket: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** The bucket stands in the path, not before the host name. Default: with an endpoint of one's own. */
  readonly pathStyle?: boolean | undefined
}

export type Bucket = {
  readonly name: string
  /** Every key that begins so. */
  readonly list: (prefix: string) => Promise<readonly string[]>
  /** In one step, whatever its size: it is there as a whole or not at all. */
  readonly put: (key: string, body: Readable) => Promise<void>
  readonly get: (key: string) => Promise<Readable>
  readonly remove: (keys: readonly string[]) => Promise<void>
  readonly close: () => void
}

type Sdk = Awaited<ReturnType<typeof load>>
const load = async (settings: BucketSettings) => {
  const [s3, { Upload }] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')])
  const { endpoint, region, accessKeyId, secretAccessKey, pathStyle = endpoint !== undefined } = settings
  const client = new s3.S3Client({
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: pathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 5,
    // Without these a server that says nothing would hold everything up.
    requestHandler: {
      connectionTimeout: 10_000,
      socketTimeout: 30_000,
      requestTimeout: 300_000,
      throwOnRequestTimeout: true,
    },
    // Stores other than Amazon's do not know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  return { s3, Upload, client }
}

/** S3 removes no more than this at once. */
const REMOVE_AT_ONCE = 1000

export const openBucket = (settings: BucketSettings): Bucket => {
  const { bucket: Bucket } = settings
  let loading: Promise<Sdk> | undefined
  const use = async <T>(work: (sdk: Sdk) => Promise<T>): Promise<T> => {
    loading ??= load(settings)
    try {
      return await work(await loading)
    } catch (error) {
      throw refusalOf(Bucket, error)
    }
  }
  return {
    name: Bucket,
    list: (Prefix) =>
      use(async ({ s3, client }) => {
        const keys: string[] = []
        let ContinuationToken: string | undefined
        do {
          const page = await client.send(new s3.ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }))
          keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []))
          ContinuationToken = page.NextContinuationToken
        } while (ContinuationToken !== undefined)
        return keys
      }),
    put: (Key, Body) =>
      use(async ({ Upload, client }) => {
        await new Upload({ client, params: { Bucket, Key, Body }, queueSize: 1 }).done()
      }),
    get: (Key) =>
      use(async ({ s3, client }) => {
        const { Body } = await client.send(new s3.GetObjectCommand({ Bucket, Key }))
        // In Node the body is always a readable stream.
        return Body as Readable
      }),
    remove: (keys) =>
      use(async ({ s3, client }) => {
        for (let from = 0; from < keys.length; from += REMOVE_AT_ONCE) {
          const Objects = keys.slice(from, from + REMOVE_AT_ONCE).map((Key) => ({ Key }))
          await client.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }))
        }
      }),
    close: () => void loading?.then(({ client }) => client.destroy()).catch(() => undefined),
  }
}
