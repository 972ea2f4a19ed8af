import type { Update } from '../../contract/updates'
import type { Updates } from './updates'

/** How long after the start, and how often after that, in milliseconds. */
const first = 20_000
const everyDay = 24 * 60 * 60 * 1000

interface Watch {
  updates: Pick<Updates, 'look'>
  /** Whether the person has agreed. */
  wanted(): Promise<boolean | undefined>
  onFound(update: Update): void
  /** A look that came to nothing is nobody's concern; the log has it. */
  onFailure(error: unknown): void
}

/** Looks for a newer version soon after the start and then once a day, where the person has agreed to it. A version is told of once. */
export function watchForUpdates({ updates, wanted, onFound, onFailure }: Watch): () => void {
  let told: string | undefined
  let timer: NodeJS.Timeout
  const look = async (): Promise<void> => {
    try {
      const found = await wanted() === true ? await updates.look() : null
      if (found !== null && found.version !== told) {
        told = found.version
        onFound(found)
      }
    } catch (error) {
      onFailure(error)
    }
    plan(everyDay)
  }
  const plan = (milliseconds: number): void => {
    timer = setTimeout(() => { void look() }, milliseconds)
    timer.unref()
  }
  plan(first)
  return () => clearTimeout(timer)
}
