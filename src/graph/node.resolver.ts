import { Arg, Authorized, Ctx, ID, Query, Resolver } from 'type-graphql'
import type { Context } from './context.ts'
import { Node } from './node.ts'
import { findNode } from './nodes.ts'

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
}
