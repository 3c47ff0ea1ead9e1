// Which names and addresses lead to this machine, and which no further than the network around it.
import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

// RFC 1918, RFC 3927, RFC 6598, RFC 4193, RFC 4291
const nearby = new BlockList()
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  nearby.addSubnet(net, bits)
nearby.addSubnet('fc00::', 7, 'ipv6')
nearby.addSubnet('fe80::', 10, 'ipv6')

/** Whether only this machine reaches what listens at this name or address. */
export function isLoopback(host: string): boolean {
  return /^(.+\.)?localhost$/i.test(host) || isIn(loopback, host)
}

/** Whether no public name or address: of this machine, of a private network, or a name that is never public (RFC 6761, RFC 6762, RFC 8375). */
export function isPrivateName(host: string): boolean {
  if (isLoopback(host) || isIn(nearby, host)) return true
  return isIP(bare(host)) === 0 && (!host.includes('.') || /\.(test|local|internal|home\.arpa)$/i.test(host))
}

function isIn(list: BlockList, host: string): boolean {
  const address = bare(host)
  const family = isIP(address)
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/** An IPv6 address is written in brackets inside a web address. */
const bare = (host: string): string => host.replace(/^\[|\]$/g, '')
