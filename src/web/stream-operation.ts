// What goes out on a stream: a subscription's events, each as its own operation with rights asked for anew, or the one answer
// of what a client of the protocol sends besides.
import type { ApolloServer, ApolloServerPlugin } from '@apollo/server'
import type { Request } from 'express'
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  getOperationAST,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import type { RequestParams } from 'graphql-sse'
import { Ended, type Look } from '../graph/backlog.ts'
import { failureOf } from '../graph/failure.ts'
import { actualCost, aliasLimit, checkCost, depthLimit, MAX_TOKENS } from '../graph/limits.ts'
import { encodable, looksOf } from '../graph/live.ts'
import { Refusal } from '../graph/refusal.ts'
import { lanes } from '../lib/lanes.ts'
import { isStaff, type Viewer } from '../people/viewer.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { charge, costOf, type Till } from './api-budget.ts'
import { type ApiContext, apiContext } from './api-context.ts'
import { saidOnce, toldOf } from './api-error.ts'
import { AWAY } from './api-limits.ts'
import type { Outlet } from './outlet.ts'

/** So many events of a process are worked out at the same time: connections to the database are left for pages. */
const AT_ONCE = 2

export interface Answers {
  server: ApolloServer<ApiContext>
  till: Till
  /** Who asks by the same token or cookie now; a stranger where it is worth nothing any more. */
  viewerNow(req: Request): Promise<Viewer>
}

type Results = ExecutionResult | AsyncGenerator<ExecutionResult>

/** One subscription, for each of its events. */
interface Subscribed {
  args: ExecutionArgs
  /** Of each event. */
  cost: number
  isTeam: boolean
  req: Request
  outlet: Outlet
}

/** Refuses subscriptions to whoever wants JSON: they cannot be answered at once. */
export const onlyStreamed: ApolloServerPlugin<ApiContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation }) {
        if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return
        throw new GraphQLError('Send subscriptions with the header "Accept: text/event-stream".', {
          extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
        })
      },
    }
  },
}

export function answerStreams(plaindesk: Plaindesk, { server, till, viewerNow }: Answers) {
  const { schema, settings, notices } = plaindesk
  const inLane = lanes(AT_ONCE, Number.POSITIVE_INFINITY, () => new Ended('slow'))
  const told = (error: unknown) => toldOf(error, plaindesk)
  const refusal = (...errors: unknown[]) => encodable({ errors: errors.map(told) })

  return async function answer(req: Request, params: RequestParams, outlet: Outlet): Promise<Results> {
    const document = subscriptionIn(params)
    if (!document) return answerOnce(params, contextNow(req, outlet))
    try {
      return await subscribe(document, params, req, outlet)
    } catch (error) {
      const { status } = failureOf(error)
      if (status === AWAY || status === 429) throw error // the answer to the whole request: they try again later
      return refusal(error)
    }
  }

  function contextNow(req: Request, outlet: Outlet): ApiContext {
    const stream = { notices, signal: outlet.signal, end: (why: Ended) => outlet.end(why) }
    return { ...apiContext(req, plaindesk), stream }
  }

  async function answerOnce({ query, variables, operationName }: RequestParams, contextValue: ApiContext) {
    const asked = { query, variables: variables ?? {}, ...(operationName && { operationName }) }
    const { body } = await server.executeOperation(asked, { contextValue })
    return encodable(body.kind === 'single' ? body.singleResult : {})
  }

  async function subscribe(
    document: DocumentNode,
    params: RequestParams,
    req: Request,
    outlet: Outlet,
  ): Promise<Results> {
    const contextValue = contextNow(req, outlet)
    const { refusal: tooOften } = await charge(till, contextValue, 0)
    if (tooOften) throw tooOften
    checkAccess(req.viewer)
    const mistakes = validate(schema, document, [...specifiedRules, depthLimit, aliasLimit])
    if (mistakes.length > 0) return refusal(...mistakes)
    const operationName = params.operationName ?? null
    const variables = params.variables ?? {}
    const cost = checkCost(schema, { document, operationName, variables })
    const args: ExecutionArgs = { schema, document, operationName, variableValues: variables, contextValue }
    return events(await looksOf(args), { args, cost, isTeam: isStaff(req.viewer), req, outlet })
  }

  async function* events(looks: AsyncIterable<Look>, subscribed: Subscribed): AsyncGenerator<ExecutionResult> {
    try {
      for await (const look of looks) {
        const result = await inLane(() => event(look, subscribed))
        if (!result) continue
        const gone = subscribed.outlet.gone()
        yield result
        await gone
      }
    } catch (error) {
      if (error instanceof Ended) throw error
      if (failureOf(error).status === AWAY) throw new Ended('lost')
      yield refusal(error)
    }
  }

  /** One event as whoever asks reads it now; null where it is not theirs. */
  async function event(look: Look, { args, cost, isTeam, req, outlet }: Subscribed): Promise<ExecutionResult | null> {
    if (!(await look.concerns(req.viewer))) return null
    req.config = settings.current
    req.viewer = await viewerNow(req)
    checkAccess(req.viewer)
    if (isStaff(req.viewer) !== isTeam) throw new Ended('role')
    const contextValue = contextNow(req, outlet)
    const rootValue = await look.read(contextValue)
    if (!rootValue) return null
    const bill = await charge(till, contextValue, cost, 0)
    if (bill.refusal) throw bill.refusal
    const { data = null, errors } = await execute({ ...args, contextValue, rootValue })
    const actual = actualCost(cost, data)
    till.unspent.add(bill.payer, cost - actual)
    const extensions = { cost: costOf({ ...bill, available: bill.available + cost - actual }, actual) }
    return encodable({ ...(errors && { errors: saidOnce(errors.map(told)) }), data, extensions })
  }
}

/** The document, where it is a subscription that is asked for; of one that cannot be read the server says what is wrong. */
function subscriptionIn({ query, operationName }: RequestParams): DocumentNode | null {
  try {
    const document = parse(query, { maxTokens: MAX_TOKENS })
    return getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION ? document : null
  } catch {
    return null
  }
}

/** Asked again at each event: whoever lost their access is told so, and nothing else. */
function checkAccess({ user, access }: Viewer): void {
  if (!user) throw new Refusal('UNAUTHENTICATED')
  if (access !== 'GRANTED') throw new Refusal('FORBIDDEN')
}
