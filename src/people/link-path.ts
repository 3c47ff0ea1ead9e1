import { LinkKind } from './one-time-link.ts'

/** The pages that mailed links open; the token follows. */
export const linkPath: Record<LinkKind, string> = {
  INVITATION: '/password/set/',
  REGISTRATION: '/password/set/',
  RESET: '/password/reset/',
  CONFIRM: '/list/confirm/',
  ADDRESS: '/account/address/',
  MORE_ADDRESS: '/account/address/',
  UNDO_LEAVE: '/list/undo/',
}
