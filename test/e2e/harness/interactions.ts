import type { Page } from '@playwright/test'
import { test } from './graft'

export interface Durations { sorted: number[], longest: string[] }

/** The Event Timing API reports nothing shorter. */
const shortestReported = 16

/** Begins to note how long each input took to its next paint, in milliseconds, by interaction. */
export async function watchInteractions(page: Page): Promise<void> {
  await page.evaluate((durationThreshold) => {
    const noted = new Map<number, { milliseconds: number, what: string }>()
    Object.assign(window, { noted })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEventTiming & { interactionId?: number })[]) {
        const { interactionId, duration, name, target } = entry
        if (!interactionId || duration <= (noted.get(interactionId)?.milliseconds ?? 0)) continue
        const place = target instanceof Element ? target.closest('a, button, input')?.textContent?.trim() ?? target.tagName : ''
        noted.set(interactionId, { milliseconds: duration, what: `${name} ${place} on ${location.hash}` })
      }
    }).observe({ type: 'event', durationThreshold, buffered: false } as PerformanceObserverInit)
  }, shortestReported)
}

/** How long the inputs since then took, shortest first, and which took longest. */
export async function durations(page: Page, interactions: number): Promise<Durations> {
  const noted = await page.evaluate(() => (
    [...(window as unknown as { noted: Map<number, { milliseconds: number, what: string }> }).noted.values()]
  ))
  const unreported = Array.from<number>({ length: Math.max(0, interactions - noted.length) }).fill(shortestReported)
  return {
    sorted: [...noted.map(({ milliseconds }) => milliseconds), ...unreported].sort((a, b) => a - b),
    longest: noted.sort((a, b) => b.milliseconds - a.milliseconds).slice(0, 8).map(({ milliseconds, what }) => `${milliseconds} ms: ${what}`)
  }
}

export const percentile = (sorted: number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN

/** Says it in the report and on the terminal. */
export function tell(what: string, { sorted }: Durations): void {
  const said = `${what}, ${sorted.length} inputs: median ${percentile(sorted, 0.5)} ms, 95th percentile ${percentile(sorted, 0.95)} ms, longest ${sorted.at(-1)} ms`
  test.info().annotations.push({ type: 'input to next paint', description: said })
  process.stdout.write(`    ${said}\n`)
}
