// Which operations read from a replica, and what programs say and are told of it. Who asks and what they may is known by
// then, from the primary; whatever else decides or changes something (sessions, tokens, limits, mutations, files, events)
// never comes here.
import type { ApolloServerPlugin } from '@apollo/server'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Request } from 'express'
import { OperationTypeNode } from 'graphql'
import { isPosition } from '../database/position.ts'
import { remember } from '../graph/loader.ts'
import { mayLag } from '../graph/may-lag.ts'
import type { Operation } from '../graph/operation.ts'
import type { Plaindesk } from '../plaindesk.ts'
import type { ApiContext } from './api-context.ts'

/** By which programs say up to where they have to see the database, and are told so. */
export const POSITION = 'plaindesk-position'

/** Where a page's query is asked: of people with access who look at something, on a replica that has what they wrote. */
export function readerOfPage(
  { method, viewer }: Request,
  { replicas, orm }: Plaindesk,
  { isMutation, document }: Operation,
  variables: object,
): EntityManager {
  const isLooking = (method === 'GET' || method === 'HEAD') && !isMutation && viewer.access === 'GRANTED'
  return (isLooking && mayLag(document, variables) && replicas.reader(viewer.wroteUpTo)) || orm.em
}

/**
 * Programs are often told of something (by a webhook, an event, another program) and ask for it at once. So they are
 * answered by a replica only where they say up to where they have to see.
 */
export function readsOfPrograms({ replicas }: Pick<Plaindesk, 'replicas'>): ApolloServerPlugin<ApiContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, request, contextValue }) {
          const { viewer } = contextValue
          const asked = contextValue.request.get(POSITION) ?? ''
          const isRead = operation?.operation === OperationTypeNode.QUERY && viewer.access === 'GRANTED'
          if (!isRead || !isPosition(asked) || !mayLag(document, request.variables ?? {})) return
          const em = replicas.reader(asked, viewer.wroteUpTo)?.fork({ flushMode: 'commit' })
          if (!em) return
          if (viewer.user) remember(em, viewer.user)
          contextValue.em = em
        },
        async willSendResponse({ contextValue, response }) {
          if (contextValue.wroteUpTo) response.http.headers.set(POSITION, contextValue.wroteUpTo)
        },
      }
    },
  }
}
