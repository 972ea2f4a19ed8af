import { describe, expect, it } from 'vitest'
import { useWorkplace } from '../testing'
import { viewWithUnlabelled } from './unlabelled-view'
import { DatasetWriter } from './writer'

const place = useWorkplace()

describe('a target with pictures that wait for a label', () => {
  it('shows them after those of training to methods that learn without labels, and gives no label of either', async () => {
    const writer = await DatasetWriter.create(place.library.datasets.folder, 'partly', [1, 2, 1])
    await writer.append({ split: 'train', images: Uint8Array.of(0, 0, 1, 1), labels: Int32Array.of(0, 1) })
    await writer.append({ split: 'unlabelled', images: Uint8Array.of(2, 2, 3, 3, 4, 4) })
    await writer.finish({ name: 'Partly', classes: ['cat', 'dog'], validation: 0, test: 0, seed: 1, provenance: { format: 'test', origin: 'test' } })
    const reader = await place.library.datasets.open('partly')
    const view = viewWithUnlabelled(reader)
    expect(view.dataset.splits).toMatchObject({ train: { count: 5 } })
    expect(view.dataset.splits.train!.sha256.images).not.toBe(reader.dataset.splits.train!.sha256.images)
    expect([...await view.readImages('train', [4, 0, 2])]).toEqual([4, 4, 0, 0, 2, 2])
    expect(view.hasLabels('train')).toBe(false)
    await expect(view.readLabels('train')).rejects.toMatchObject({ code: 'no-labels' })
    await view.close()
  })
})
