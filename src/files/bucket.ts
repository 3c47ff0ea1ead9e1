// S3 and what speaks like it (MinIO, Ceph, R2 …). Loaded only when STORAGE_URL asks for it: the SDK is large.
import { Readable } from 'node:stream'
import { NoSuchKey, S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { S3Driver } from 'flydrive/drivers/s3'
import { type ByteRange, MissingFile, type RangedDriver } from './driver.ts'

const PART_BYTES = 5 * 1024 * 1024 // the smallest that S3 takes; one part at a time is in memory
const CONNECT_MS = 5_000
/** A bucket that says nothing for so long is given up; what takes and gives bytes meanwhile is not. */
const SILENCE_MS = 15_000
const MAX_SOCKETS = 200 // each slow download holds one; the SDK's 50 would let them block uploads

/** `s3://bucket?endpoint=https://…&region=…`. The keys come from where the AWS SDK finds them: AWS_ACCESS_KEY_ID … */
export class Bucket extends S3Driver implements RangedDriver {
  readonly #client: S3Client
  readonly #bucket: string

  constructor(url: URL) {
    const endpoint = url.searchParams.get('endpoint') ?? undefined
    const client = new S3Client({
      endpoint,
      // With an endpoint of one's own the region only takes part in the signature.
      region: url.searchParams.get('region') ?? (endpoint ? 'us-east-1' : undefined),
      forcePathStyle: endpoint !== undefined,
      // Others than Amazon do not know the newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        socketTimeout: SILENCE_MS,
        httpAgent: { maxSockets: MAX_SOCKETS },
        httpsAgent: { maxSockets: MAX_SOCKETS },
      },
    })
    super({ client, bucket: url.hostname, visibility: 'private', supportsACL: false })
    this.#client = client
    this.#bucket = url.hostname
  }

  /** In parts, because the length is not known beforehand. The object appears when the last part is there, or never. */
  override async putStream(key: string, content: Readable): Promise<void> {
    const params = { Bucket: this.#bucket, Key: key, Body: content, ContentType: 'application/octet-stream' }
    await new Upload({ client: this.#client, params, queueSize: 1, partSize: PART_BYTES }).done()
  }

  async getRange(key: string, range?: ByteRange): Promise<Readable> {
    const command = this.createGetObjectCommand(this.#client, {
      Bucket: this.#bucket,
      Key: key,
      Range: range && `bytes=${range.start}-${range.end}`,
    })
    const { Body } = await this.#client.send(command).catch(error => {
      throw error instanceof NoSuchKey ? new MissingFile(key) : error
    })
    if (!(Body instanceof Readable)) throw new MissingFile(key)
    return Body
  }

  /** Unfinished uploads are dropped by a lifecycle rule of the bucket (AbortIncompleteMultipartUpload). */
  async dropDrafts(): Promise<void> {}
}
