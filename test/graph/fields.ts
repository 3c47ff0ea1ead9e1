// Which field is read by whom, of every type that customers can come upon: the one table of it. A field of the schema that
// is missing here fails fields.test.ts, and so does a type that customers come upon by a new field.

/** Ann, whose ticket it is · Eve, a participant from elsewhere · Bo, a colleague who sees all of the organization · Dana, agent · Sam, sales · Ada, admin. */
export const askers = ['ann', 'eve', 'bo', 'dana', 'sam', 'ada'] as const

/** `+` reads something · `-` reads nothing: null, none, false · `.` the thing is not there for them · an error's first letter. */
type Row = string

/*                       ann eve bo dana sam ada */
const everybody: Row = ' +   +   +   +   +   +  '
const team: Row = '      -   -   -   +   +   +  '
const agents: Row = '    -   -   -   +   -   +  '
const sales: Row = '     -   -   -   -   +   +  '
const admins: Row = '    -   -   -   -   -   +  '
const customers: Row = ' +   +   +   -   -   -  '
const requester: Row = ' +   -   -   -   -   -  '
const dana: Row = '      -   -   -   +   -   -  '
const selfAndTeam: Row = '+  -   -   +   +   +  '
/* What a private or held ticket is to a colleague: not there. */
const notBo: Row = '     +   +   .   +   +   +  '
const notBoTeam: Row = ' -   -   .   +   +   +  '
const notBoAgents: Row = '-  -   .   +   -   +  '
/* The desk is no place for customers. */
const desk: Row = '      N   N   N   +   +   +  '
const deskAgents: Row = 'N   N   N   +   -   +  '
const deskSales: Row = ' N   N   N   -   +   +  '
const deskAdmins: Row = 'N   N   N   -   -   +  '
const deskCaller: Row = 'N   N   N   +   F   +  '

/** On which thing of things.ts it is read, by whom, and which fields. */
type Block = readonly [thing: string, row: Row, fields: string]

export const fields: Readonly<Record<string, readonly Block[]>> = {
  Ticket: [
    [
      'rich',
      everybody,
      'id number url subject status priority channel category requester organization requesterProven match',
    ],
    [
      'rich',
      everybody,
      'createdAt updatedAt firstResponseAt firstMessage messages events participants followUpOf followUps',
    ],
    ['rich', team, 'assignee tags unansweredSince lookers proposals links merged answerRecipients agreement'],
    ['rich', agents, 'mayAnswer mayNote mayUpdate mayMarkSpam participantChoices answerDraft'],
    ['rich', dana, 'drafts hasDraft'],
    ['rich', customers, 'mayComment'],
    ['rich', requester, 'mayMarkDone'],
    ['split', team, 'splitFrom'],
    ['done', everybody, 'doneAt closesAt'],
    ['done', team, 'rating'],
    ['done', requester, 'mayReopen'],
    ['closed', everybody, 'closedAt'],
    ['merged', everybody, 'mergedInto'],
    ['private', notBo, 'isPrivate'],
    ['held', notBoTeam, 'isHeld heldBecause'],
    ['held', notBoAgents, 'mayRelease'],
  ],
  Message: [
    ['message', everybody, 'id text html folded visibility channel isAutomatic createdAt author attachments ticket'],
    ['message', requester, 'isMine'],
    ['answer', team, 'deliveries'],
    ['mailed', team, 'mail'],
  ],
  Attachment: [['attachment', everybody, 'id filename contentType size url isDecoration isDownloadable']],
  TicketEvent: [['event', everybody, 'id type from to createdAt actor']],
  Category: [
    ['category', everybody, 'id name nameEn nameDe hint hintEn hintDe position isArchived'],
    ['category', team, 'assignee priority'],
  ],
  Organization: [
    ['organization', everybody, 'id name createdAt'],
    ['organization', team, 'agreements hasPortalAccess domains joins people'],
  ],
  User: [
    ['person', everybody, 'id name'],
    [
      'person',
      selfAndTeam,
      'email furtherAddresses role language timezone createdAt wantsStatusMail wantsWeeklyReport',
    ],
    ['person', selfAndTeam, 'organization sharedOrganization seesOrganization access membership'],
    ['person', team, 'isConfirmed isDisabled deliveryBlock aliases memberships tickets maySendResetLink'],
    ['person', agents, 'blockedSender'],
    ['person', sales, 'mayMerge maySetOrganizationView'],
    ['person', admins, 'hasSecondFactor'],
    ['contact', team, 'invitation mayResendInvitation'],
    ['contact', sales, 'mayPutBackOnList'],
    ['mergedPerson', team, 'mergedInto organizationHint'],
    ['colleague', everybody, 'isTeam'],
  ],
  Desk: [
    ['desk', desk, 'counts staff nextTicket'],
    ['desk', deskCaller, 'caller'],
    ['desk', deskAgents, 'mayWorkTickets'],
    ['desk', deskSales, 'mayEditOrganizations'],
    ['desk', deskAdmins, 'mayAdminister'],
  ],
}

/**
 * Types that customers come upon too, and that speak of nobody but whoever asks, or holds the link: their fields. What is
 * another's is tried where these things are tested.
 */
export const ownTypes: Readonly<Record<string, string>> = {
  AccessState: 'granted reason contact mayJoin',
  ApiToken: 'id name scopes user createdAt expiresAt lastUsedAt lastUsedFrom revokedAt',
  Device: 'id userAgent address createdAt lastSeenAt isThis',
  LeaveLink: 'email state',
  Link: 'kind state email name asksName offersList',
  Membership: 'id user state requestedAt requestedBy joinedAt endedAt endedBy putBackBy mayPutBack wording',
  RatingRequest: 'number isGiven',
  ReportSwitch: 'email isOn',
  SecondFactor: 'isOn isRequired since recoveryCodesLeft key qrCode',
  TextPart: 'text isHit',
  TicketCounts: 'open done all',
  TicketMatch: 'subject excerpt isNote',
}

/**
 * What wraps things (payloads, pages of lists, events) shows them by their own rows above. These are its values of its own,
 * which whoever runs the operation reads: kit/operations.ts. None tells of anybody but whoever asks.
 */
export const ownValues: Readonly<Record<string, string>> = {
  AddAddressPayload: 'ok',
  AddedMessage: 'cursor',
  ChangeAddressPayload: 'ok',
  CloseAccountPayload: 'ok',
  ConfirmSecondFactorPayload: 'recoveryCodes',
  CreateTokenPayload: 'token',
  CreateWebhookPayload: 'secret',
  ForgotPasswordPayload: 'ok',
  LeaveListPayload: 'alreadyLeft',
  PageInfo: 'endCursor hasNextPage hasPreviousPage startCursor',
  RateTicketPayload: 'alreadyGiven',
  RegisterPayload: 'ok',
  RemoveWebhookPayload: 'webhook',
  RenewRecoveryCodesPayload: 'recoveryCodes',
  RequestTicketPayload: 'number',
  RotateWebhookSecretPayload: 'secret',
  RunJobAgainPayload: 'count',
  SendMailAgainPayload: 'count',
  SignOutElsewherePayload: 'ended',
  StopWeeklyReportPayload: 'alreadyOff',
  TakeBackMessagePayload: 'text',
  TicketChange: 'cursor',
  UserError: 'code field message',
}

/** Types that no operation and no field brings a customer to. */
export const teamTypes = [
  'AdminEvent',
  'Administration',
  'Agreement',
  'AnswerRecipient',
  'BlockedSender',
  'BulkChange',
  'BulkChangeTicket',
  'BulkMails',
  'BulkSelection',
  'CannedText',
  'DeliveryBlock',
  'DeskCounts',
  'Draft',
  'FailedJob',
  'FailedMail',
  'IncomingMail',
  'Invitation',
  'MailCheck',
  'MailDelivery',
  'MailDoors',
  'Mailbox',
  'OutgoingMail',
  'ParticipantProposal',
  'Rating',
  'Sales',
  'SavedView',
  'Setting',
  'SupportListCounts',
  'TicketLooker',
  'Webhook',
  'WebhookAttempt',
  'WebhookDelivery',
]

/*  Who finds it by `node(id)`: the six, then Ada with a token that only reads tickets. */
export const nodes: Readonly<Record<string, Row>> = {
  AdminEvent: '                 -   -   -   -   -   +   -',
  Agreement: '                  -   -   -   +   +   +   +',
  ApiToken: '                   -   -   -   +   -   +   -',
  Attachment: '                 +   +   +   +   +   +   +',
  BlockedSender: '              -   -   -   +   -   +   +',
  BulkChange: '                 -   -   -   +   +   +   +',
  BulkChangeTicket: '           -   -   -   +   +   +   +',
  CannedText: '                 -   -   -   +   +   +   +',
  Category: '                   +   +   +   +   +   +   +',
  Draft: '                      -   -   -   +   -   -   -',
  IncomingMail: '               -   -   -   +   -   +   +',
  Membership: '                 +   -   -   +   +   +   +',
  Message: '                    +   +   +   +   +   +   +',
  Organization: '               +   -   +   +   +   +   +',
  ParticipantProposal: '        -   -   -   -   -   -   -',
  Rating: '                     -   -   -   -   -   -   -',
  SavedView: '                  -   -   -   -   -   -   -',
  Ticket: '                     +   +   +   +   +   +   +',
  TicketEvent: '                +   +   +   +   +   +   +',
  User: '                       +   -   -   +   +   +   +',
  Webhook: '                    -   -   -   -   -   +   -',
  WebhookDelivery: '            -   -   -   -   -   +   -',
  'Message (a note)': '         -   -   -   +   +   +   +',
  'TicketEvent (of the team)': '-   -   -   +   +   +   +',
}
