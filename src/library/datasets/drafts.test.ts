import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CorrectionsDraft } from '../../contract/corrections-draft'
import { useWorkplace } from '../testing'
import { draftOf, keepDraft } from './drafts'

const place = useWorkplace()
const sha256 = { images: 'a'.repeat(64) }
const dataset = { id: 'animals', splits: { unlabelled: { count: 5, sha256 } } }
const draft = (to: string): CorrectionsDraft => ({
  plan: { dataset: 'animals', images: { unlabelled: sha256.images }, corrections: [{ do: 'label', split: 'unlabelled', position: 3, to }], classes: {} },
  labelling: { added: ['cat', 'dog'], unsure: [{ split: 'unlabelled', position: 1 }], at: 2, history: [{ place: { split: 'unlabelled', position: 3 }, at: 0 }] }
})

describe('what was decided of a data set’s pictures', () => {
  it('is kept, the newest over the others however fast they come, and forgotten when told', async () => {
    expect(await draftOf(place.folder, dataset)).toBeNull()
    await Promise.all(['cat', 'dog', 'cow'].map((to) => keepDraft(place.folder, 'animals', draft(to))))
    expect(await draftOf(place.folder, dataset)).toMatchObject(draft('cow'))
    await keepDraft(place.folder, 'animals', null)
    expect(await draftOf(place.folder, dataset)).toBeNull()
  })

  it('is not given for other pictures under the same id', async () => {
    await keepDraft(place.folder, 'animals', draft('cat'))
    expect(await draftOf(place.folder, { id: 'animals', splits: { unlabelled: { count: 5, sha256: { images: 'b'.repeat(64) } } } })).toBeNull()
    expect(await draftOf(place.folder, { id: 'animals', splits: { ...dataset.splits, train: { count: 1, sha256 } } })).toBeNull()
    expect(await draftOf(place.folder, dataset)).not.toBeNull()
  })

  it('is named and set aside where its file is damaged', async () => {
    await keepDraft(place.folder, 'animals', draft('cat'))
    await fs.writeFile(join(place.folder, 'drafts', 'animals.json'), '{"schemaVersion":1,')
    await expect(draftOf(place.folder, dataset)).rejects.toMatchObject({ code: 'file-damaged' })
    expect(await draftOf(place.folder, dataset)).toBeNull()
    expect(await fs.readdir(join(place.folder, 'drafts'))).toEqual([expect.stringMatching(/^animals\.json\.damaged-/)])
  })
})
