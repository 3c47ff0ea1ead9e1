import type { EntityManager } from '@mikro-orm/postgresql'
import {
  Arg,
  Args,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql'
import { allOf, type Condition, condition, isOneOf, nothing } from '../graph/condition.ts'
import { type Connection, connectionOf, keysetPage, PageArgs } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { Line } from '../graph/input.ts'
import { loaded } from '../graph/loader.ts'
import { registerNode } from '../graph/nodes.ts'
import { readOne } from '../graph/reading.ts'
import { parseGlobalId } from '../lib/ids.ts'
import { prefixQuery } from '../people/search.ts'
import { worksTickets } from '../people/viewer.ts'
import { Ticket } from '../tickets/ticket.ts'
import { IncomingMail, MAIL_WORDS, MailOutcome } from './incoming-mail.ts'
import { reasonText } from './reason-text.ts'

export const IncomingMailConnection = connectionOf('IncomingMail', IncomingMail)

const mailOf = (em: EntityManager, id: string): Promise<IncomingMail | null> =>
  readOne(em, IncomingMail, { where: condition('t.id = ?', id), brings: ['ticket'] })

registerNode('IncomingMail', ({ em, viewer }, id) => (worksTickets(viewer) ? mailOf(em, id) : Promise.resolve(null)))

@InputType({ description: 'Which incoming mails; all parts are optional.' })
export class IncomingMailFilter {
  @Field(() => [MailOutcome], { nullable: true, description: 'Mails with any of these outcomes.' })
  outcome?: MailOutcome[] | null

  @Field(() => Boolean, { nullable: true, description: 'True: only those of blocked senders; false: without them.' })
  blocked?: boolean | null

  @Line(200, { optional: true })
  @Field(() => String, { nullable: true, description: 'Words of subject, name and address of the sender.' })
  search?: string | null
}

@ObjectType({ description: 'What was checked about the sender of a mail, and with what result.' })
export class MailCheck {
  @Field(() => String, { description: '`spf`, `dkim`, `dmarc` or `arc`.' }) method!: string
  @Field(() => String, { description: 'As RFC 8601 names it: `pass`, `fail`, `none` …' }) result!: string
}

@Resolver(() => IncomingMail)
export class IncomingMailResolver {
  @Authorized('agent')
  @Query(() => IncomingMailConnection, { description: 'What came in by mail, newest first.' })
  incomingMails(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => IncomingMailFilter, { nullable: true, description: 'Only mails that fit all of it.' })
    filter: IncomingMailFilter | null,
    @Ctx() { em }: Context,
  ): Promise<Connection<IncomingMail>> {
    return keysetPage(em, page, {
      type: IncomingMail,
      where: allOf(...conditionsOf(filter ?? {})),
      order: { name: 'received', columns: ['received_at', 'id'], properties: ['receivedAt', 'id'], descending: true },
      fingerprint: JSON.stringify(filter ?? {}),
      brings: ['ticket'],
    })
  }

  @Authorized('agent')
  @Query(() => IncomingMail, { nullable: true, description: 'One incoming mail; null where there is none.' })
  incomingMail(
    @Arg('id', () => ID, { description: 'Global id of the incoming mail.' }) id: string,
    @Ctx() { em }: Context,
  ): Promise<IncomingMail | null> | null {
    const parsed = parseGlobalId(id)
    return parsed?.type === 'IncomingMail' ? mailOf(em, parsed.id) : null
  }

  @FieldResolver(() => String, { nullable: true, description: 'Why, in words.' })
  reason(@Root() mail: IncomingMail, @Ctx() { language }: Context): string | null {
    return reasonText(mail, language)
  }

  @FieldResolver(() => Ticket, { nullable: true, description: 'The ticket it is on, or would be.' })
  ticket(@Root() mail: IncomingMail, @Ctx() { em }: Context): Promise<Ticket | null> {
    return loaded(em, mail.ticket)
  }

  @FieldResolver(() => [MailCheck], { description: 'What was checked about its sender.' })
  checks(@Root() { verdict }: IncomingMail): MailCheck[] {
    const found = { spf: verdict?.spf, dkim: verdict?.dkim, dmarc: verdict?.dmarc, arc: verdict?.arc }
    return Object.entries(found).flatMap(([method, result]) => (result ? [{ method, result }] : []))
  }

  @FieldResolver(() => Boolean, { description: 'Whether an agent can decide what becomes of it.' })
  mayDecide(@Root() mail: IncomingMail): boolean {
    return mail.isOpenToDecide
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Where it is downloaded as it came; null where it was too large to keep.',
  })
  originalUrl(@Root() mail: IncomingMail, @Ctx() { config, via }: Context): string | null {
    if (mail.storageKey === null) return null
    return `${via === 'page' ? '' : config.baseUrl}/agent/mail/${mail.globalId}/original`
  }
}

function conditionsOf({ outcome, blocked, search }: IncomingMailFilter): Condition[] {
  const query = search ? prefixQuery(search) : null
  return [
    ...(blocked === true ? [condition("t.reason = 'BLOCKED'")] : []),
    ...(blocked === false ? [condition("t.reason is distinct from 'BLOCKED'")] : []),
    ...(outcome?.length ? [isOneOf('t.outcome', outcome, 'mail_outcome')] : []),
    ...(search
      ? [query ? condition(`to_tsvector('simple', ${MAIL_WORDS('t.')}) @@ to_tsquery('simple', ?)`, query) : nothing]
      : []),
  ]
}
