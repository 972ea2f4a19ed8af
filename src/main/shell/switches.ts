/** Switches that open a running Chromium or its Node to whoever started it: for developing Graft, never in an installed one. */
const opening = [
  'remote-debugging-port', 'remote-debugging-pipe', 'remote-debugging-address', 'remote-allow-origins',
  'inspect', 'inspect-brk', 'inspect-port', 'inspect-publish-uid', 'js-flags', 'load-extension', 'disable-web-security'
]
/** What the package's own test drives the window by; the stand-in Electron is packed for that test and for nobody else. */
const drivesTests = 'remote-debugging-port'

/**
 * The switch that an installed Graft does not start with, as it was given; undefined where there is none.
 * @param standIn whether the Electron in it is the one for tests
 */
export function refusedSwitch(argv: readonly string[], { packaged, standIn }: { packaged: boolean, standIn: boolean }): string | undefined {
  if (!packaged) return undefined
  const refused = opening.filter((name) => !(standIn && name === drivesTests))
  return argv.slice(1).find((part) => {
    // Chromium takes one dash or two, Windows a slash too, in any case.
    const name = /^(?:--?|\/)([^=]+)/.exec(part)?.[1]?.toLowerCase()
    return name !== undefined && refused.includes(name)
  })
}
