import { Arg, Authorized, Ctx, Field, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { maskAddress } from '../lib/mask-address.ts'
import { userOfReportSwitch } from './report-switch.ts'

@ObjectType({ description: "What a weekly report's own link finds.", simpleResolvers: true })
class ReportSwitch {
  @Field(() => Boolean, { description: 'Whether the report is on.' }) isOn!: boolean
  @Field(() => String, { description: 'Their address in part, so that its owner recognises it.' }) email!: string
}

@InputType({ description: 'What `stopWeeklyReport` takes.' })
class StopWeeklyReportInput {
  @Field(() => String, { description: 'The token of the link.' }) token!: string
}

@ObjectType({ description: 'What `stopWeeklyReport` answers.' })
class StopWeeklyReportPayload extends Payload {
  @Field(() => Boolean, { nullable: true, description: 'Whether it was off before.' }) alreadyOff?: boolean
}

@Resolver()
export class ReportSwitchResolver {
  @Authorized('page')
  @Query(() => ReportSwitch, {
    nullable: true,
    description: "What the page behind a weekly report's link shows. Asking changes nothing.",
  })
  async reportSwitch(
    @Arg('token', () => String, { description: 'The token of the link.' }) token: string,
    @Ctx() { em, config }: Context,
  ): Promise<ReportSwitch | null> {
    const user = await userOfReportSwitch(em, token, config)
    return user && { isOn: user.wantsWeeklyReport, email: maskAddress(user.email) }
  }

  @Mutation(() => StopWeeklyReportPayload, {
    description: "Switches somebody's weekly report off by its own link. A second time changes nothing.",
  })
  async stopWeeklyReport(
    @Arg('input', () => StopWeeklyReportInput) { token }: StopWeeklyReportInput,
    @Ctx() { em, config }: Context,
  ): Promise<StopWeeklyReportPayload> {
    const user = await userOfReportSwitch(em, token, config)
    if (!user) throw new Refusal('LINK_UNKNOWN', 'token')
    const alreadyOff = !user.wantsWeeklyReport
    user.wantsWeeklyReport = false
    return { alreadyOff }
  }
}
