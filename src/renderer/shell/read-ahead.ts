import type { Router } from 'vue-router'

/** Milliseconds after which the screens are read even where the window never rests. */
const latest = 2000

/**
 * Reads the screens that are not the first once the window has nothing to do: their code is no part of the start, and is there
 * before anybody goes to them.
 */
export async function readAhead(router: Router): Promise<void> {
  await router.isReady()
  const screens = router.getRoutes().flatMap(({ components }) => Object.values(components ?? {}))
  requestIdleCallback(() => {
    // One that cannot be read is asked for again by whoever goes there, and told then.
    for (const screen of screens) if (isUnread(screen)) void screen().catch(() => undefined)
  }, { timeout: latest })
}

/** Whether a route's component is the function that brings it; none of ours is a functional component. */
const isUnread = (screen: unknown): screen is () => Promise<unknown> => typeof screen === 'function'
