// A bucket that fails on purpose, forgets uploads that broke off and lists page by page, which the S3 server of s3.ts does not;
// it has as much of S3 as the store asks for, and looks at no signature.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

export interface FakeBucket {
  server: Server
  objects: Map<string, Buffer>
  /** Parts of uploads that are not finished, by upload id. */
  parts: Map<string, Map<number, Buffer>>
  /** So many keys are listed at once. */
  page: number
  /** `failing`: it answers each request with 503. `hanging`: with nothing. */
  mood: 'well' | 'failing' | 'hanging'
}

export function fakeBucket(): FakeBucket {
  const bucket: Omit<FakeBucket, 'server'> = { objects: new Map(), parts: new Map(), page: 1000, mood: 'well' }
  const server = createServer((req, res) => {
    if (bucket.mood === 'hanging') return
    if (bucket.mood === 'failing') return xml(res, '<Error><Code>SlowDown</Code></Error>', 503)
    answer(bucket, req, res).catch(error => res.writeHead(500).end(String(error)))
  })
  return Object.assign(bucket, { server })
}

async function answer(
  { objects, parts, page }: Omit<FakeBucket, 'server'>,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const url = new URL(req.url ?? '/', 'http://s3')
  const key = url.pathname
  const upload = url.searchParams.get('uploadId') ?? ''
  const body = await buffer(req)
  if (req.method === 'POST' && url.searchParams.has('uploads')) {
    const id = `upload-${parts.size + 1}`
    parts.set(id, new Map())
    return xml(res, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`)
  }
  if (req.method === 'PUT' && upload) {
    parts.get(upload)?.set(Number(url.searchParams.get('partNumber')), body)
    return void res.writeHead(200, { etag: '"part"' }).end()
  }
  if (req.method === 'POST' && upload) {
    const sorted = [...(parts.get(upload) ?? [])].sort(([a], [b]) => a - b)
    objects.set(key, Buffer.concat(sorted.map(([, part]) => part)))
    parts.delete(upload)
    return xml(res, '<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>')
  }
  if (req.method === 'DELETE') {
    if (upload) parts.delete(upload)
    else objects.delete(key)
    return void res.writeHead(204).end()
  }
  if (req.method === 'PUT') {
    objects.set(key, body)
    return void res.writeHead(200, { etag: '"x"' }).end()
  }
  if (url.searchParams.has('list-type')) {
    const keys = [...objects.keys()].map(path => path.split('/').slice(2).join('/'))
    const found = keys.filter(path => path.startsWith(url.searchParams.get('prefix') ?? '')).sort()
    const from = Number(url.searchParams.get('continuation-token') ?? 0)
    const listed = found.slice(from, from + page).map(path => `<Contents><Key>${path}</Key></Contents>`)
    const next = from + page
    const more =
      next < found.length
        ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>`
        : '<IsTruncated>false</IsTruncated>'
    return xml(res, `<ListBucketResult>${listed.join('')}${more}</ListBucketResult>`)
  }
  const found = objects.get(key)
  if (!found) return xml(res, '<Error><Code>NoSuchKey</Code><Message>none</Message></Error>', 404)
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '') ?? []
  const part = start === undefined ? found : found.subarray(Number(start), Number(end) + 1)
  res.writeHead(start === undefined ? 200 : 206, { 'content-length': part.length, etag: '"x"' }).end(part)
}

function xml(res: ServerResponse, body: string, status = 200): void {
  res.writeHead(status, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?>${body}`)
}
