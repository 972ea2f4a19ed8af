import { join } from 'node:path'
import { z } from 'zod'
import { keptComparisonSchema, type KeptComparison } from '../../contract/comparisons'
import { exists, readJson, writeJsonDurably } from '../disk'

/** `comparisons.json`: the comparisons that were given a name. */
const fileSchema = z.object({ schemaVersion: z.literal(1), comparisons: z.array(keptComparisonSchema) })

const pathOf = (dataDir: string): string => join(dataDir, 'comparisons.json')

/** One change after another, so that none is lost to another that began before it ended. */
let last: Promise<unknown> = Promise.resolve()

/** All that are kept, the youngest first. @throws GraftError where the file is damaged */
export async function keptComparisons(dataDir: string): Promise<KeptComparison[]> {
  const path = pathOf(dataDir)
  if (!await exists(path)) return []
  const { comparisons } = await readJson(path, fileSchema)
  return comparisons.sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id))
}

/** Keeps a comparison in place of the one of its id, if there is one; gives all. */
export const keepComparison = (dataDir: string, kept: KeptComparison): Promise<KeptComparison[]> =>
  change(dataDir, (all) => [...all.filter(({ id }) => id !== kept.id), kept])

/** Forgets a comparison; its runs stay. Gives the others. */
export const forgetComparison = (dataDir: string, id: string): Promise<KeptComparison[]> =>
  change(dataDir, (all) => all.filter((kept) => kept.id !== id))

function change(dataDir: string, to: (all: KeptComparison[]) => KeptComparison[]): Promise<KeptComparison[]> {
  const work = last.catch(() => undefined).then(async () => {
    await writeJsonDurably(pathOf(dataDir), { schemaVersion: 1, comparisons: to(await keptComparisons(dataDir)) })
    return keptComparisons(dataDir)
  })
  last = work
  return work
}
