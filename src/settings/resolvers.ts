import { SettingResolver } from './setting.resolver.ts'

export const settingResolvers = [SettingResolver] as const
