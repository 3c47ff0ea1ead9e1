import { AccountResolver } from './account.resolver.ts'
import { AddressesResolver } from './addresses.resolver.ts'
import { AgreementResolver } from './agreement.resolver.ts'
import { AssignOrganizationResolver } from './assign-organization.resolver.ts'
import { BlockedSenderResolver, SenderOfUserResolver } from './blocked-sender.resolver.ts'
import { ChangeAddressResolver } from './change-address.resolver.ts'
import { ChangePasswordResolver } from './change-password.resolver.ts'
import { CloseAccountResolver } from './close-account.resolver.ts'
import { ConfirmAddressResolver } from './confirm-address.resolver.ts'
import { DeliveryBlockResolver } from './delivery-block.resolver.ts'
import { DeviceResolver } from './device.resolver.ts'
import { DomainsResolver, OrganizationHintResolver } from './domains.resolver.ts'
import { ForgotPasswordResolver } from './forgot-password.resolver.ts'
import { InvitationResolver } from './invitation.resolver.ts'
import { LinkResolver } from './link.resolver.ts'
import { MergePeopleResolver } from './merge-people.resolver.ts'
import { OrganizationResolver } from './organization.resolver.ts'
import { OrganizationViewResolver } from './organization-view.resolver.ts'
import { PeopleResolver } from './people.resolver.ts'
import { RegisterResolver } from './register.resolver.ts'
import { ReportSwitchResolver } from './report-switch.resolver.ts'
import { ResetLinkResolver } from './reset-link.resolver.ts'
import { ResetPasswordResolver } from './reset-password.resolver.ts'
import { SecondFactorResolver } from './second-factor.resolver.ts'
import { SetPasswordResolver } from './set-password.resolver.ts'
import { StaffResolver } from './staff.resolver.ts'
import { UserResolver } from './user.resolver.ts'
import { ViewerResolver } from './viewer.resolver.ts'

export const peopleResolvers = [
  AccountResolver,
  AddressesResolver,
  AgreementResolver,
  AssignOrganizationResolver,
  BlockedSenderResolver,
  SenderOfUserResolver,
  ChangeAddressResolver,
  ChangePasswordResolver,
  CloseAccountResolver,
  ConfirmAddressResolver,
  DeliveryBlockResolver,
  DeviceResolver,
  DomainsResolver,
  ForgotPasswordResolver,
  InvitationResolver,
  LinkResolver,
  MergePeopleResolver,
  OrganizationHintResolver,
  OrganizationResolver,
  OrganizationViewResolver,
  PeopleResolver,
  RegisterResolver,
  ReportSwitchResolver,
  ResetLinkResolver,
  ResetPasswordResolver,
  SecondFactorResolver,
  SetPasswordResolver,
  StaffResolver,
  UserResolver,
  ViewerResolver,
] as const
