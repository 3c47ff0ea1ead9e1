import { Field, InputType } from 'type-graphql'

/** The input of a mutation that programs may send again (idempotency.ts). */
@InputType()
export abstract class Repeatable {
  @Field(() => String, { nullable: true, description: 'Makes a repetition of the same call harmless.' })
  idempotencyKey?: string | null
}
