import { TokenResolver } from './token.resolver.ts'

export const integrationResolvers = [TokenResolver] as const
