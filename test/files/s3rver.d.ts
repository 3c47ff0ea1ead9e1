declare module '@20minutes/s3rver' {
  import type { Server } from 'node:http'
  import type { AddressInfo } from 'node:net'

  interface Context {
    path: string
    state: object
  }
  export default class S3rver {
    readonly httpServer: Server
    readonly middleware: ((ctx: Context, next: () => Promise<void>) => Promise<void>)[]
    constructor(options: {
      address: string
      port: number
      silent: boolean
      directory: string
      configureBuckets: { name: string }[]
    })
    run(): Promise<AddressInfo>
    close(): Promise<void>
  }
}

declare module '@20minutes/s3rver/lib/models/account.js' {
  export default class Account {
    constructor(id: number, name: string)
    createKeyPair(id: string, secret: string): void
  }
}
