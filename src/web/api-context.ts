// What an operation of a program runs in, whether it is answered once or told of event by event.
import type { Request } from 'express'
import { boundsOf } from '../graph/bounds.ts'
import type { Context } from '../graph/context.ts'
import type { Plaindesk } from '../plaindesk.ts'
import type { Bill } from './api-budget.ts'
import { MAX_SECONDS } from './api-time.ts'
import { contextOf } from './request.ts'

export interface ApiContext extends Context {
  request: Request
  /** Written as soon as it is known what the operation costs; Apollo runs it with a copy of what is around this. */
  account: { bill: Bill | null }
}
export const apiContext = (request: Request, plaindesk: Plaindesk): ApiContext => ({
  ...contextOf(request, plaindesk, 'api'),
  request,
  account: { bill: null },
  bounds: boundsOf(MAX_SECONDS),
})
