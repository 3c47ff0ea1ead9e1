import { Field, ObjectType } from 'type-graphql'

@ObjectType({ description: 'Something a person can put right.' })
export class UserError {
  @Field(() => String, { description: 'Stable, for programs: REQUIRED, TOO_LONG, TICKET_CLOSED …' })
  code: string

  @Field(() => String, { nullable: true, description: 'Path into the input, such as `email`; null = the whole of it.' })
  field: string | null

  @Field(() => String, { description: "A sentence in the viewer's language." })
  message: string

  constructor(code: string, field: string | null, message: string) {
    this.code = code
    this.field = field
    this.message = message
  }
}

/** What every mutation answers. A resolver returns only its own fields; `mutation.ts` adds the errors. */
@ObjectType()
export abstract class Payload {
  @Field(() => [UserError], { description: 'Empty when it was done; else nothing was changed.' })
  userErrors?: UserError[]
}
