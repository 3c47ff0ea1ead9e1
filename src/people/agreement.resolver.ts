import {
  Arg,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Day } from '../graph/input.ts'
import { loaded } from '../graph/loader.ts'
import { registerNode } from '../graph/nodes.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { AdminEventType } from './admin-event.ts'
import { recordAct } from './admin-log.ts'
import { Agreement } from './agreement.ts'
import { Organization } from './organization.ts'
import { idOf, organizationById } from './person.ts'
import { isStaff } from './viewer.ts'
import { today } from './viewer-row.ts'

const MOST_HOURS = 10_000

@InputType({ description: 'What `saveAgreement` takes.' })
class SaveAgreementInput extends Repeatable {
  @Field(() => ID, { nullable: true, description: 'Global id of the one to change; without it a new one is added.' })
  agreement?: string | null
  @Field(() => ID, { nullable: true, description: 'Global id of the organization, for a new one.' }) organization?:
    | string
    | null
  @Field(() => String, { description: 'First day, as YYYY-MM-DD.' }) @Day() from!: string
  @Field(() => String, { nullable: true, description: 'Last day, as YYYY-MM-DD; without it, until further notice.' })
  @Day({ optional: true })
  until?: string | null
  @Field(() => Boolean, { description: 'Whether it includes the portal.' }) portalAccess!: boolean
  @Field(() => Int, { nullable: true, description: 'Hours within which a first answer is promised.' }) responseHours?:
    | number
    | null
}

@InputType({ description: 'What `removeAgreement` takes.' })
class RemoveAgreementInput {
  @Field(() => ID, { description: 'Global id of the agreement.' }) agreement!: string
}

@ObjectType({ description: 'What `saveAgreement` answers.' })
class SaveAgreementPayload extends Payload {
  @Field(() => Agreement, { nullable: true, description: 'The agreement.' }) agreement?: Agreement
}

@ObjectType({ description: 'What `removeAgreement` answers.' })
class RemoveAgreementPayload extends Payload {
  @Field(() => Organization, { nullable: true, description: 'Whose agreement it was.' }) organization?: Organization
}

@Resolver(() => Agreement)
export class AgreementResolver {
  @Authorized('sales')
  @Mutation(() => SaveAgreementPayload, {
    description: 'Adds or changes a service agreement. For sales and admins.',
  })
  async saveAgreement(
    @Arg('input', () => SaveAgreementInput) input: SaveAgreementInput,
    @Ctx() context: Context,
  ): Promise<SaveAgreementPayload> {
    const { em } = context
    checkFigures(input)
    const { from, until = null, portalAccess, responseHours = null } = input
    const agreement = input.agreement ? await agreementById(em, input.agreement) : await newAgreement(em, input)
    const before = input.agreement ? termsOf(agreement) : undefined
    Object.assign(agreement, { from, until, portalAccess, responseHours })
    recordTerms(context, AdminEventType.AGREEMENT_SAVED, agreement, before)
    em.persist(agreement)
    return { agreement }
  }

  @Authorized('sales')
  @Mutation(() => RemoveAgreementPayload, {
    description: 'Removes a service agreement that was entered by mistake. For sales and admins.',
  })
  async removeAgreement(
    @Arg('input', () => RemoveAgreementInput) input: RemoveAgreementInput,
    @Ctx() context: Context,
  ): Promise<RemoveAgreementPayload> {
    const { em } = context
    const agreement = await agreementById(em, input.agreement)
    em.remove(agreement)
    recordTerms(context, AdminEventType.AGREEMENT_REMOVED, agreement)
    return { organization: agreement.organization }
  }

  @FieldResolver(() => Boolean, { description: 'Whether it is in force today.' })
  isInForce(@Root() agreement: Agreement, @Ctx() { config, now }: Context): boolean {
    return agreement.isInForce(today(now, config))
  }

  @FieldResolver(() => Organization, { description: 'The organization whose agreement it is.' })
  organization(@Root() agreement: Agreement, @Ctx() { em }: Context): Promise<Organization | null> {
    return loaded(em, agreement.organization)
  }
}

function checkFigures({ from, until, responseHours }: SaveAgreementInput): void {
  if (until && until < from) throw new Refusal('ENDS_BEFORE_START', 'until')
  const isOutside = responseHours != null && (responseHours < 1 || responseHours > MOST_HOURS)
  if (isOutside) throw new Refusal('INVALID_CHOICE', 'responseHours')
}

/** Its days, whether it includes the portal, and the hours of its promise, as the log shows them. */
const termsOf = ({ from, until, portalAccess, responseHours }: Agreement): string =>
  [`${from} – ${until ?? '…'}`, portalAccess ? 'portal' : null, responseHours && `${responseHours} h`]
    .filter(Boolean)
    .join(', ')

function recordTerms(context: Context, type: AdminEventType, agreement: Agreement, from?: string): void {
  const terms = { about: agreement.organization.name, to: termsOf(agreement) }
  recordAct(context, type, from === undefined ? terms : { ...terms, from })
}

async function newAgreement(
  em: Context['em'],
  { organization, from, until, portalAccess }: SaveAgreementInput,
): Promise<Agreement> {
  if (!organization) throw new Refusal('UNKNOWN_ORGANIZATION', 'organization')
  return new Agreement(await organizationById(em, organization), from, until ?? null, portalAccess)
}

async function agreementById(em: Context['em'], globalId: string): Promise<Agreement> {
  const agreement = await em.findOne(Agreement, idOf(globalId, 'Agreement'), { populate: ['organization'] })
  if (!agreement) throw new Refusal('NOT_FOUND')
  return agreement
}

registerNode('Agreement', async ({ em, viewer }, id) => (isStaff(viewer) ? em.findOne(Agreement, id) : null))
