import { connectionOf } from '../graph/connection.ts'
import { Organization } from './organization.ts'
import { User } from './user.ts'

export const UserConnection = connectionOf('User', User)
export const OrganizationConnection = connectionOf('Organization', Organization)

/** Both are listed by name. */
export const byName = { name: 'name', columns: ['name', 'id'], properties: ['name', 'id'], descending: false }
