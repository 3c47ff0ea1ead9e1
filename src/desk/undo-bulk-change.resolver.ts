import { LockMode } from '@mikro-orm/core'
import { Arg, Authorized, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { idOf } from '../people/person.ts'
import { signedIn } from '../tickets/visible.ts'
import { beginBulkChange } from './begin-bulk-change.ts'
import { BulkChange } from './bulk-change.ts'

@InputType({ description: 'Which bulk change.' })
class UndoBulkChangeInput extends Repeatable {
  @Field(() => ID, { description: 'Global id of the bulk change.' }) bulkChange!: string
}

@ObjectType({ description: 'The undoing, a bulk change of its own.' })
class UndoBulkChangePayload extends Payload {
  @Field(() => BulkChange, { nullable: true, description: 'What to ask for how far the undoing has come.' })
  bulkChange?: BulkChange | null
}

@Resolver()
export class UndoBulkChangeResolver {
  @Authorized('agent')
  @Mutation(() => UndoBulkChangePayload, {
    description:
      'Gives back what a bulk change changed, where it is still so; one that runs is stopped. Mails that went stay sent, and none tells of it. Undone already is fine.',
  })
  async undoBulkChange(
    @Arg('input', () => UndoBulkChangeInput) { bulkChange: id }: UndoBulkChangeInput,
    @Ctx() { em, viewer, now }: Context,
  ): Promise<UndoBulkChangePayload> {
    const done = await em.findOne(BulkChange, idOf(id, 'BulkChange'), { lockMode: LockMode.PESSIMISTIC_WRITE })
    if (!done) throw new Refusal('NOT_FOUND')
    const known = await em.findOne(BulkChange, { undoes: done })
    if (known) return { bulkChange: known }
    if (done.undoes || done.changed === 0) throw new Refusal('NOTHING_TO_UNDO')
    done.finishedAt ??= now
    const rows = await em.execute<{ ticket: string }[]>(
      `select ticket_id as ticket from bulk_change_ticket where bulk_change_id = ? and outcome = 'CHANGED' order by position`,
      [done.id],
    )
    const undo = new BulkChange(signedIn(viewer).user, rows.length, now)
    undo.undoes = done
    await beginBulkChange(
      em,
      undo,
      rows.map(({ ticket }) => ticket),
    )
    return { bulkChange: undo }
  }
}
