import { createHash } from 'node:crypto'
import { arch, cpus, platform } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { knownPaceSchema, type KnownPace } from '../../contract/advice'
import type { RunOverview } from '../../contract/run-overview'
import { paceAmong } from '../../rules/settings/paces'
import { makeFolder, readJson, writeJsonDurably } from '../disk/files'
import { isGone } from '../disk/processes'

/** Days after which a machine is tried again: drivers, cooling and this program change. */
const daysKept = 30

/** Where this machine's paces lie. A data folder may be seen by several machines. */
function pathOf(dataDir: string): string {
  const processors = cpus()
  const machine = JSON.stringify([platform(), arch(), processors[0]?.model, processors.length])
  return join(dataDir, 'advice', `paces-${createHash('sha256').update(machine).digest('hex').slice(0, 16)}.json`)
}

/** How fast networks were seen to train on this machine, lately; none where nobody tried, or this version cannot read it. */
export async function knownPaces(dataDir: string): Promise<KnownPace[]> {
  const oldest = Date.now() - daysKept * 86_400_000
  const found = await readJson(pathOf(dataDir), z.array(z.unknown())).catch((): unknown[] => [])
  // Of one that an earlier version kept, nobody knows what computed it.
  return found.flatMap((one) => knownPaceSchema.safeParse(one).data ?? []).filter(({ at }) => Date.parse(at) >= oldest)
}

/**
 * Keeps a pace in the place of an earlier one of the same network on the same backend. Not while a training is under way on
 * this machine: that one shares the processor, and a slow figure would shorten trainings for a month.
 */
export async function keepPace({ dataDir, runs }: { dataDir: string, runs: { overview(): Promise<{ runs: RunOverview[] }> } }, pace: KnownPace): Promise<void> {
  if ((await runs.overview()).runs.some(trainsHere)) return
  const others = (await knownPaces(dataDir)).filter((known) => !paceAmong([known], pace))
  await makeFolder(join(dataDir, 'advice'))
  await writeJsonDurably(pathOf(dataDir), [...others, pace])
}

/** Whether a living process of this machine trains the run. */
const trainsHere = ({ state, away, owner }: RunOverview): boolean => state === 'running' && !away && owner !== undefined && isGone(owner) === false
