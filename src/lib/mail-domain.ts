import { normalizeAddress } from './email-address.ts'

/** What stands behind the @ of a normalized address. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

/** A domain as it stands in normalized addresses, typed with or without the @; null where it is none. */
export function normalizeDomain(typed: string): string | null {
  const address = normalizeAddress(`x@${typed.trim().replace(/^@/, '')}`)
  return address && domainOf(address)
}

/** Providers where anybody gets an address, so that it tells nothing of where somebody works. */
const providers = new Set(
  `aim.com aol.com aol.de arcor.de att.net bellsouth.net bigpond.com bluewin.ch bk.ru bt.com btinternet.com charter.net chello.at comcast.net
  cox.net duck.com earthlink.net email.com email.de fastmail.com fastmail.fm free.fr freemail.hu freenet.de gmail.com googlemail.com hey.com
  hispeed.ch hushmail.com icloud.com inbox.com inbox.lv inbox.ru interia.pl juno.com kabelmail.de keemail.me kpnmail.nl laposte.net libero.it list.ru
  live.com lycos.com mac.com magenta.de mail.com mail.de mail.ru mailbox.org mailfence.com mailinator.com me.com msn.com naver.com netcologne.de
  netzero.net o2.pl o2online.de onet.pl online.de online.no onlinehome.de optonline.net optusnet.com.au orange.fr outlook.com passport.com planet.nl
  pm.me posteo.de posteo.net proton.me protonmail.ch protonmail.com qq.com rambler.ru rediffmail.com riseup.net rocketmail.com
  rogers.com sbcglobal.net seznam.cz sfr.fr shaw.ca sky.com skynet.be startmail.com sympatico.ca t-online.de talktalk.net telenet.be telia.com
  tiscali.it tutanota.com tutanota.de tutamail.com tuta.com tuta.io tuta.net uol.com.br unity-mail.de unitybox.de verizon.net vodafone.de
  vodafonemail.de wanadoo.fr web.de wp.pl xs4all.nl xtra.co.nz ymail.com yandex.com yandex.ru ya.ru yeah.net zoho.com zohomail.com
  126.com 139.com 163.com 1und1.de`.split(/\s+/),
)
/** Those that have a domain in every country. */
const everywhere = /^(?:gmx|hotmail|live|outlook|yahoo|yandex|windowslive|zoho)\.(?:[a-z]{2,3}|com?\.[a-z]{2})$/

export const isPublicProvider = (domain: string): boolean => providers.has(domain) || everywhere.test(domain)
