import { Arg, Authorized, Ctx, FieldResolver, Int, ObjectType, Query, Resolver } from 'type-graphql'
import { condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { read } from '../graph/reading.ts'
import { Agreement } from '../people/agreement.ts'
import { today } from '../people/viewer-row.ts'

/** Long enough to talk about the next agreement, short enough to be read. */
const SOON = 60
const LATEST = 366
const DAY = 24 * 3_600_000
const MOST = 20

@ObjectType({ description: 'What sales look after.' })
export class Sales {}

@Resolver(() => Sales)
export class SalesResolver {
  @Authorized('sales')
  @Query(() => Sales, { description: 'What sales look after. For sales and admins.' })
  sales(): Sales {
    return new Sales()
  }

  @FieldResolver(() => [Agreement], { description: 'Agreements that end soon, the next first; at most 20.' })
  endingAgreements(
    @Arg('days', () => Int, { defaultValue: SOON, description: 'Within how many days; at most 366.' }) days: number,
    @Ctx() { em, config, now }: Context,
  ): Promise<Agreement[]> {
    const last = today(new Date(now.getTime() + Math.min(days, LATEST) * DAY), config)
    const where = condition('t."until" between ?::date and ?::date', today(now, config), last)
    return read(em, Agreement, {
      where,
      orderBy: 't."until", t.id',
      limit: MOST,
      brings: ['organization'],
      isPrepared: true,
    })
  }
}
