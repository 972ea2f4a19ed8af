import { spawnSync } from 'node:child_process'

/** Tells a test that it runs where there is no network, so that it can hold that to be so. */
export const withoutNetworkMark = 'GRAFT_WITHOUT_NETWORK'

/** Brings up the loopback address, which a new network has but does not use: tests speak to the program through it. */
const loopbackUp = [
  'ip link set lo up',
  // SIOCSIFFLAGS with IFF_UP and IFF_RUNNING, for systems without iproute2.
  `perl -e 'use Socket; socket(my $s, AF_INET, SOCK_DGRAM, 0) or die $!; ioctl($s, 0x8914, pack("Z16 s x14", "lo", 0x41)) or die $!'`
].map((command) => `${command} 2>/dev/null`).join(' || ')

/**
 * What to put before a command so that it runs with no network but the loopback address: a network of its own (Linux's
 * namespaces), which only root may make without becoming another user in it.
 * @returns {{ words: string[], missing?: undefined } | { words?: undefined, missing: string }} `missing`: why there is none here
 */
export function withoutNetwork() {
  if (process.platform !== 'linux') return { missing: 'only Linux can give a program a network of its own' }
  const words = ['unshare', '--net', 'sh', '-c', `{ ${loopbackUp}; } && exec "$@"`, 'without-network']
  const { status, error, stderr } = spawnSync(words[0], [...words.slice(1), 'true'], { encoding: 'utf8' })
  if (error) return { missing: 'unshare (util-linux) is not installed' }
  if (status !== 0) return { missing: `this user may not make a network (${stderr.trim().split('\n').at(-1) || 'no loopback address'})` }
  return { words }
}
