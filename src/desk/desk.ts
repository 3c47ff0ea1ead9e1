import { Field, Int, ObjectType } from 'type-graphql'

/** Its fields are asked for one by one (desk.resolver.ts), so that a page pays only for what it shows. */
@ObjectType({ description: 'What the team works at: the queue in figures, and who works it.' })
export class Desk {}

@ObjectType({ description: 'How many open tickets stand where; each exact to 1,000, 1,001 means more.' })
export class DeskCounts {
  @Field(() => Int, { description: 'All that are open.' }) open!: number
  @Field(() => Int, { description: 'Nobody has answered yet.' }) new!: number
  @Field(() => Int, { description: 'Open, and nobody works it.' }) unassigned!: number
  @Field(() => Int, { description: 'Open, and the customer waits for an answer.' }) unanswered!: number
  @Field(() => Int, { description: "Open, and the agreement's promised time for a first answer is over." })
  overdue!: number
  @Field(() => Int, { description: 'Open, and worked by the viewer.' }) mine!: number
  @Field(() => Int, { description: 'The team asked something and waits for the customer.' }) waiting!: number
  @Field(() => Int, { description: 'Requests that wait to be released; 0 for whoever may not release them.' })
  held!: number
}
