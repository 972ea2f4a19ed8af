import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { adviceSchema, raceSchema, type Advice, type AdviceRequest, type Race } from '../../contract/advice'
import type { Run, Spec } from '../../contract/runs'
import { keyOf } from '../../rules/studies/plan'
import { makeFolder, readJson, writeJsonDurably } from '../disk/files'

/** Where the newest advice for a transfer lies: one file for each source, target and grant, however the epoch is chosen. */
function pathOf(dataDir: string, { source, target: { dataset, labels, domain } }: Pick<AdviceRequest, 'source' | 'target'>, what = ''): string {
  const key = createHash('sha256').update(keyOf({ source, target: { dataset, labels, domain } })).digest('hex').slice(0, 24)
  return join(dataDir, 'advice', `${key}${what}.json`)
}

/** Keeps advice in the place of an earlier one for the same transfer. */
export async function keepAdvice(dataDir: string, advice: Advice): Promise<void> {
  const path = pathOf(dataDir, advice.wanted)
  await makeFolder(join(dataDir, 'advice'))
  await writeJsonDurably(path, advice)
}

/** The newest advice for a transfer; undefined where there is none, or none that this version reads. */
export async function standingAdvice(dataDir: string, wanted: Pick<AdviceRequest, 'source' | 'target'>): Promise<Advice | undefined> {
  try {
    return await readJson(pathOf(dataDir, wanted), adviceSchema)
  } catch {
    return undefined
  }
}

/** Keeps how a race ended in the place of an earlier one for the same transfer. */
export async function keepRace(dataDir: string, race: Race): Promise<void> {
  await makeFolder(join(dataDir, 'advice'))
  await writeJsonDurably(pathOf(dataDir, race.wanted, '-race'), race)
}

/** How the newest race for a transfer ended; undefined where there was none, or none that this version reads. */
export async function standingRace(dataDir: string, wanted: Pick<AdviceRequest, 'source' | 'target'>): Promise<Race | undefined> {
  try {
    return await readJson(pathOf(dataDir, wanted, '-race'), raceSchema)
  } catch {
    return undefined
  }
}

/** What stands foretold of a spec: of the same transfer by the same method with the same settings, whatever the seed and the device. */
export async function predictionFor(dataDir: string, spec: Spec): Promise<Run['prediction']> {
  const advice = await standingAdvice(dataDir, { source: spec.source.model, target: spec.target })
  const place = advice?.recommendations.findIndex((each) => keyOf(learned(each.spec)) === keyOf(learned(spec))) ?? -1
  const expected = advice?.recommendations[place]?.expected
  if (!advice || !expected) return undefined
  const { accuracy, interval } = expected
  return { accuracy, interval, place: place + 1, first: advice.recommendations[0]!.method, at: advice.at }
}

const learned = ({ source, target, method, training: { seed: _, ...training } }: Spec): unknown => ({ source, target, method, training })
