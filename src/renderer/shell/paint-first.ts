import { shallowRef } from 'vue'
import type { Router } from 'vue-router'

/** The path that the window is on its way to; null where it has arrived. The rail shows it at once. */
export const destination = shallowRef<string | null>(null)

/** Milliseconds after which a window that paints nothing, such as a minimised one, goes on. */
const longestWait = 100

/**
 * Answers a click on the way to another screen before that screen is built: building one takes several frames while a
 * training computes on every core.
 */
export function paintFirst(router: Router): void {
  router.beforeResolve(async (to, from) => {
    // There is nothing to look at before the first screen, and the same screen stays as it is.
    if (from.matched.length === 0 || to.path === from.path) return
    destination.value = to.path
    await painted()
  })
  router.afterEach((to) => { if (destination.value === to.path) destination.value = null })
}

function painted(): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, longestWait)
    // A frame's callbacks run before its paint, a task of its own after it.
    requestAnimationFrame(() => {
      clearTimeout(late)
      setTimeout(resolve)
    })
  })
}
