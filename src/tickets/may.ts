// Who may do what with a ticket they see. A `may…` field and the mutation it stands for ask the same function.
import { Scope } from '../integrations/api-token.ts'
import { isStaff, type Viewer, worksTickets } from '../people/viewer.ts'
import type { Ticket } from './ticket.ts'

/** For doors without `@Authorized`: whether whoever asks by a token may do this by it. */
export const scopeHolds = ({ scopes }: Pick<Viewer, 'scopes'>, scope: Scope): boolean =>
  scopes === null || scopes.includes(scope) || scopes.includes(Scope.ADMIN)

const isRequester = (viewer: Viewer, ticket: Ticket): boolean => viewer.user?.id === ticket.requester.id

/** Requester and participants; whoever else sees a customer's ticket is of the team and answers instead. */
export const mayComment = (viewer: Viewer, _ticket: Ticket): boolean => viewer.access === 'GRANTED' && !isStaff(viewer)
export const mayAnswer = (viewer: Viewer, _ticket: Ticket): boolean => worksTickets(viewer)
export const mayNote = mayAnswer
export const mayUpdate = mayAnswer
/** Only the requester's own word ends or reopens a ticket. */
export const mayDecide = (viewer: Viewer, ticket: Ticket): boolean =>
  viewer.access === 'GRANTED' && !isStaff(viewer) && isRequester(viewer, ticket)
/** Of a ticket that was put into another nothing is left to put aside. */
export const mayMarkSpam = (viewer: Viewer, ticket: Ticket): boolean =>
  worksTickets(viewer) && ticket.mergedInto === null
export const mayRelease = (viewer: Viewer, ticket: Ticket): boolean => worksTickets(viewer) && ticket.hold !== null
