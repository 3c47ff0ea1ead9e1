import type { EntityManager } from '@mikro-orm/postgresql'
import { Arg, Authorized, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Line, Text } from '../graph/input.ts'
import { registerNode } from '../graph/nodes.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { AdminEventType } from '../people/admin-event.ts'
import { recordAct } from '../people/admin-log.ts'
import { idOf } from '../people/person.ts'
import { isStaff } from '../people/viewer.ts'
import { MAX_MESSAGE } from '../tickets/limits.ts'
import { CannedText, cannedTexts } from './canned-text.ts'

/** Longer than any name in use; keeps the list on the ticket's page readable. */
const NAME_LENGTH = 100
const LAST_PLACE = 9999

@InputType({ description: 'What `saveCannedText` takes.' })
class SaveCannedTextInput extends Repeatable {
  @Field(() => ID, { nullable: true, description: 'Global id of the one to change; without it a new one is added.' })
  cannedText?: string | null
  @Field(() => String, { description: 'By what agents find it.' }) @Line(NAME_LENGTH) name!: string
  @Field(() => String, {
    description:
      'The text; {{customer}}, {{number}}, {{subject}}, {{organization}}, {{agent}}, {{brand}} and {{link}} are filled in.',
  })
  @Text(MAX_MESSAGE)
  text!: string
  @Field(() => Int, { nullable: true, description: 'Its place among the others, from 1; last unless told.' })
  position?: number | null
}

@InputType({ description: 'What `archiveCannedText` takes.' })
class ArchiveCannedTextInput {
  @Field(() => ID, { description: 'Global id of the canned text.' }) cannedText!: string
}

@ObjectType({ description: 'What `saveCannedText` answers.' })
class SaveCannedTextPayload extends Payload {
  @Field(() => CannedText, { nullable: true, description: 'The text.' }) cannedText?: CannedText
}

@ObjectType({ description: 'What `archiveCannedText` answers.' })
class ArchiveCannedTextPayload extends Payload {
  @Field(() => CannedText, { nullable: true, description: 'The text, which is no longer offered.' })
  cannedText?: CannedText
}

@Resolver(() => CannedText)
export class CannedTextResolver {
  @Authorized('staff')
  @Query(() => [CannedText], { description: 'Texts to answer with, in their order. For the team.' })
  cannedTexts(@Ctx() { em }: Context): Promise<CannedText[]> {
    return cannedTexts(em)
  }

  @Authorized('admin')
  @Mutation(() => SaveCannedTextPayload, { description: 'Adds or changes a text to answer with. For admins.' })
  async saveCannedText(
    @Arg('input', () => SaveCannedTextInput) input: SaveCannedTextInput,
    @Ctx() context: Context,
  ): Promise<SaveCannedTextPayload> {
    const { em } = context
    const { name, text } = input
    if (input.position != null && (input.position < 1 || input.position > LAST_PLACE))
      throw new Refusal('INVALID_CHOICE', 'position')
    const known = input.cannedText ? await cannedTextById(em, input.cannedText) : null
    await refuseTaken(em, name, known)
    const position = input.position ?? known?.position ?? (await lastPlace(em)) + 1
    const cannedText = known ?? new CannedText(name, text, position)
    recordAct(context, AdminEventType.CANNED_TEXT_SAVED, { about: name })
    em.persist(Object.assign(cannedText, { name, text, position }))
    return { cannedText }
  }

  @Authorized('admin')
  @Mutation(() => ArchiveCannedTextPayload, {
    description: 'Takes a text out of those that are offered; answers written with it stay. For admins.',
  })
  async archiveCannedText(
    @Arg('input', () => ArchiveCannedTextInput) input: ArchiveCannedTextInput,
    @Ctx() context: Context,
  ): Promise<ArchiveCannedTextPayload> {
    const cannedText = await cannedTextById(context.em, input.cannedText)
    cannedText.archivedAt = context.now
    recordAct(context, AdminEventType.CANNED_TEXT_ARCHIVED, { about: cannedText.name })
    return { cannedText }
  }
}

async function cannedTextById(em: EntityManager, globalId: string): Promise<CannedText> {
  const found = await em.findOne(CannedText, { id: idOf(globalId, 'CannedText'), archivedAt: null })
  if (!found) throw new Refusal('NOT_FOUND')
  return found
}

/** Two texts of one name could not be told apart on the ticket's page. */
async function refuseTaken(em: EntityManager, name: string, own: CannedText | null): Promise<void> {
  const taken = await em.count(CannedText, { name, archivedAt: null, ...(own && { id: { $ne: own.id } }) })
  if (taken) throw new Refusal('NAME_TAKEN', 'name')
}

async function lastPlace(em: EntityManager): Promise<number> {
  const last = await em.findOne(CannedText, { archivedAt: null }, { orderBy: { position: 'desc' } })
  return last?.position ?? 0
}

registerNode('CannedText', async ({ em, viewer }, id) => (isStaff(viewer) ? em.findOne(CannedText, id) : null))
