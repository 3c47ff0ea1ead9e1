import { Authorized, Ctx, Query, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { AccessState, accessState } from './access-state.ts'
import { User } from './user.ts'

@Resolver()
export class ViewerResolver {
  @Query(() => User, { nullable: true, description: 'Who asks; null when nobody is signed in.' })
  viewer(@Ctx() { viewer }: Context): User | null {
    return viewer.user
  }

  @Authorized('signed-in')
  @Query(() => AccessState, { description: 'Whether the viewer may use the portal and, if not, why.' })
  access(@Ctx() { viewer, config }: Context): AccessState {
    return accessState(viewer.access ?? 'UNCONFIRMED', config)
  }
}
