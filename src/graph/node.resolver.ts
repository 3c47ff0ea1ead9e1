import { Arg, Authorized, Ctx, ID, Query, Resolver } from 'type-graphql'
import { MAX_PAGE_SIZE } from './connection.ts'
import type { Context } from './context.ts'
import { Node } from './node.ts'
import { findNode, findNodes } from './nodes.ts'
import { Refusal } from './refusal.ts'

@Resolver()
export class NodeResolver {
  @Authorized()
  @Query(() => Node, {
    nullable: true,
    description: 'Anything by its global id; null where there is none that the viewer may see.',
  })
  node(
    @Arg('id', () => ID, { description: 'A global id.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Node | null> {
    return findNode(context, id)
  }

  @Authorized()
  @Query(() => [Node], {
    nullable: 'items',
    description: 'Several things by their global ids, in the same order; null in the place of each that there is not.',
  })
  nodes(
    @Arg('ids', () => [ID], { description: `Global ids, at most ${MAX_PAGE_SIZE}.` }) ids: string[],
    @Ctx() context: Context,
  ): Promise<(Node | null)[]> {
    if (ids.length > MAX_PAGE_SIZE) throw new Refusal('BAD_USER_INPUT', 'ids', { max: MAX_PAGE_SIZE })
    return findNodes(context, ids)
  }
}
