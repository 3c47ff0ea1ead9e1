import type { Rel } from '@mikro-orm/core'
import { Entity, ManyToOne, Property } from '@mikro-orm/decorators/legacy'
import { Node } from '../graph/node.ts'
import { Organization } from './organization.ts'

/** A mail domain that is one organization's alone. */
@Entity()
export class OrganizationDomain extends Node {
  @ManyToOne(() => Organization, { index: true }) organization: Rel<Organization>
  /** Lower case, in ASCII, as in addresses. */
  @Property({ type: 'text', unique: true }) domain: string

  constructor(organization: Organization, domain: string) {
    super()
    this.organization = organization
    this.domain = domain
  }
}
