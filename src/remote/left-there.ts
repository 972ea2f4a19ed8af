import { GraftError, toErrorValue, type ErrorValue } from '../contract/errors'
import { newestSchema } from '../contract/parcels'
import type { Run } from '../contract/runs'
import type { Library } from '../library'
import { isOpen } from '../rules/states'
import { takeProgress } from './beginning'
import { isUnusable, readValue } from './objects'
import { keysOf } from './parcel'
import { isPassing, runProblems, storeProblems } from './problems'
import { openStore } from './stores'
import { WatchedRun } from './watched-run'

// What a run reached elsewhere and could not bring home when it ended, because the folder could not be read then.

/** What is over once it is home. */
const settledErrors: readonly (string | undefined)[] = ['checkpoint-left', 'cancel-not-told']

const isUnsettled = (error: ErrorValue | undefined): error is ErrorValue => error !== undefined && !settledErrors.includes(error.code)

/**
 * Fetches what ended runs left elsewhere, as far as it can be read now.
 * @param of which of them
 * @throws GraftError the first failure that waiting does not help; the other runs were seen to before
 */
export async function fetchLeft(library: Library, { of = () => true, onRun }: { of?(run: Run): boolean, onRun?(run: Run): void }): Promise<void> {
  const failures: unknown[] = []
  for (const { id } of (await library.runs.list()).runs.filter((run) => run.leftThere && !isOpen(run) && of(run))) {
    try {
      await library.runs.claim(id)
    } catch (error) {
      // Another process goes on with it.
      if (!(error instanceof GraftError && error.code === 'run-busy')) failures.push(error)
      continue
    }
    try {
      const run = await library.runs.get(id)
      if (!run.leftThere || isOpen(run)) continue
      const settled = await takeLeft(library, run)
      onRun?.(settled)
    } catch (error) {
      if (!isPassing(error)) failures.push(error)
    } finally {
      // One that was removed meanwhile has nothing to be let go.
      await library.runs.release(id).catch(() => undefined)
    }
  }
  if (failures.length > 0) throw failures[0]
}

/** Before a run goes on on this machine: `settleLeft`, with the run claimed for this process, as for its training. */
export async function settleBeforeTraining(library: Library, id: string): Promise<Run> {
  const run = await library.runs.get(id)
  if (!run.leftThere) return run
  await library.runs.claim(id)
  let goesOn = false
  try {
    const settled = await settleLeft(library, await library.runs.get(id))
    // Where its node had finished it nothing goes on here.
    goesOn = settled.state !== 'done'
    return settled
  } finally {
    if (!goesOn) await library.runs.release(id)
  }
}

/**
 * Before a run that this process has goes on: fetches what it left elsewhere. Where that still cannot be read the record keeps
 * `leftThere`, and the run goes on from what this machine has, as the record's error said that it would.
 */
export async function settleLeft(library: Library, run: Run): Promise<Run> {
  if (!run.leftThere) return run
  try {
    return await takeLeft(library, run)
  } catch (error) {
    if (!isPassing(error)) throw error
    return run
  }
}

/** @throws GraftError `store-unreachable` */
async function takeLeft(library: Library, run: Run): Promise<Run> {
  const { id, error, finishedAt } = run
  // It went on without what it left and has a result of its own, which nothing may take the place of.
  if (run.state === 'done') return library.runs.update(id, ({ leftThere: _leftThere, ...now }) => now)
  const { on, store: address, attempt } = run.leftThere!
  const store = openStore(address)
  const { newest: key } = keysOf(id)
  const newest = await readValue(store, key, newestSchema)
  // It was given out there once, so this is the folder of a mount that is not there.
  if (!newest) throw storeProblems.unreachable(address, `${key} is not in it`)
  // Nobody could tell its node that it has ended here.
  await store.write(key, JSON.stringify({ run: id, attempt: Math.max(newest.attempt, attempt + 1) }))
  let lost: ErrorValue | undefined
  try {
    const home = isOpen(run) ? undefined : await new WatchedRun(library, store, id).takeResult(on)
    if (!home) await takeProgress(library, store, run)
  } catch (thrown) {
    if (!isUnusable(thrown)) throw thrown
    lost = runProblems.checkpointLost(address, toErrorValue(thrown))
  }
  return library.runs.update(id, ({ leftThere: _leftThere, error: _error, ...now }) => {
    if (now.state === 'done') return now
    const why = isUnsettled(error) ? error : isOpen(now) ? undefined : lost
    return { ...now, ...(finishedAt && { finishedAt }), ...(why && { error: why }) }
  })
}
