import type { Context, Via } from '../graph/context.ts'
import type { MessageDetails } from './ticket.ts'
import { Channel } from './vocabulary.ts'

const channels: Record<Via, Channel> = {
  page: Channel.WEB,
  api: Channel.API,
  mail: Channel.EMAIL,
  command: Channel.API,
}

/** The channel of a message is the door that its mutation came through. */
export const channelOf = ({ via }: Context): Channel => channels[via]

/** What goes with a message besides its text, as its door brings it. */
export const detailsOf = (context: Context): MessageDetails => ({
  channel: channelOf(context),
  now: context.now,
  ...(context.mail ? { mail: context.mail } : {}),
})
