import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { keptDraftSchema, type CorrectionsDraft, type KeptDraft } from '../../contract/corrections-draft'
import { everySplit, type Dataset } from '../../contract/datasets'
import { exists, readJson, setAside, writeJsonDurably } from '../disk/files'

const fileSchema = z.object({ schemaVersion: z.literal(1), draft: keptDraftSchema })
/** Beside the data sets, which never change once they are whole. */
const pathOf = (dataDir: string, id: string): string => join(dataDir, 'drafts', `${id}.json`)

/** One write after another, so that an older draft never ends up over a newer one. */
let last: Promise<unknown> = Promise.resolve()

/**
 * What was decided of a data set's pictures and is not made into another yet; null where there is nothing, or where it
 * was decided of other pictures under the same id.
 * @throws GraftError where the file is damaged; it is set aside, so that the next is kept
 */
export async function draftOf(dataDir: string, { id, splits }: Pick<Dataset, 'id' | 'splits'>): Promise<KeptDraft | null> {
  const path = pathOf(dataDir, id)
  if (!await exists(path)) return null
  const { draft } = await readJson(path, fileSchema).catch(async (error: unknown) => {
    await setAside(path)
    throw error
  })
  return everySplit.every((name) => draft.plan.images?.[name] === splits[name]?.sha256.images) ? draft : null
}

/** Keeps what was decided so far, durably, in the place of what was kept before; null forgets it. */
export function keepDraft(dataDir: string, id: string, draft: CorrectionsDraft | null): Promise<void> {
  const path = pathOf(dataDir, id)
  const work = last.catch(() => undefined).then(async () => {
    if (!draft) return fs.rm(path, { force: true })
    await fs.mkdir(join(dataDir, 'drafts'), { recursive: true })
    await writeJsonDurably(path, { schemaVersion: 1, draft: { ...draft, at: new Date().toISOString() } })
  })
  last = work
  return work
}
