// An S3 server from the npm registry, which checks each signature: what a bucket that is well does is tried with it.
import { rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import S3rver from '@20minutes/s3rver'
import Account from '@20minutes/s3rver/lib/models/account.js'
import { newFolder } from '../kit/folder.ts'
import { filesBelow } from './door.ts'

const BUCKET = 'files'
const KEY = 'plaindesk'
const SECRET = 'a secret of tests'
const OBJECT = '._S3rver_object'

export interface S3 {
  /** Settings of a portal whose files lie there. */
  env: { STORAGE_URL: string; AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string }
  /** Method, names of what is asked for, and how it was signed. */
  requests: string[]
  /** The keys of all objects. */
  objects(): Promise<string[]>
  /** Of the portal's key, as the server knows it from now on; none = what the portal has. */
  changeSecret(secret?: string): void
  close(): Promise<void>
}

export async function s3(): Promise<S3> {
  const directory = newFolder('s3')
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: BUCKET }],
  })
  // It checks what asks for the list of a bucket as if no slash stood at its end, unless the bucket is of the host's name.
  server.middleware.splice(-1, 0, (ctx, next) => {
    if (ctx.path === `/${BUCKET}/`) Object.assign(ctx, { mountPath: '/', state: { ...ctx.state, vhost: true } })
    return next()
  })
  const { port } = await server.run()
  const requests: string[] = []
  server.httpServer.on('request', ({ method, url = '', headers }) => {
    const names = [...new URL(url, 'http://s3').searchParams.keys(), ...Object.keys(headers).filter(isChecksum)]
    requests.push(`${method} ${names.join(' ')} ${headers.authorization?.split(' ')[0]}`)
  })
  const changeSecret = (secret = SECRET) => new Account(1, 'Plaindesk').createKeyPair(KEY, secret)
  changeSecret()
  return {
    env: {
      STORAGE_URL: `s3://${BUCKET}?endpoint=http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: KEY,
      AWS_SECRET_ACCESS_KEY: SECRET,
    },
    requests,
    changeSecret,
    async objects() {
      const paths = await filesBelow(join(directory, BUCKET))
      return paths
        .filter(path => path.endsWith(OBJECT))
        .map(path => relative(join(directory, BUCKET), path).slice(0, -OBJECT.length))
    },
    async close() {
      server.httpServer.closeAllConnections()
      await server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const isChecksum = (header: string): boolean => /checksum|x-amz-trailer/.test(header)
