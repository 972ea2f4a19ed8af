import type { Fit } from '../../contract/datasets'
import { fitWords, type Reading } from './reading/format'
import { fitBatch } from '../../images/resize'
import type { ImageBatch } from '../datasets/writer'

/** A reading at the size that was asked for, where the format did not bring it there itself. */
export function atSize(
  reading: Reading, size: readonly [number, number] | undefined, fit: Fit
): Pick<Reading, 'shape' | 'batches' | 'preparation'> {
  const { shape, batches, preparation } = reading
  if (!size || (size[0] === shape[0] && size[1] === shape[1])) return { shape, batches, ...(preparation !== undefined && { preparation }) }
  const target: Reading['shape'] = [size[0], size[1], shape[2]]
  async function* resized(): AsyncGenerator<ImageBatch> {
    for await (const batch of batches) yield { ...batch, images: fitBatch(batch.images, shape, target, fit) }
  }
  const how = fit === 'stretch' ? '' : ` (${fitWords[fit]})`
  return { shape: target, batches: resized(), preparation: `bilinear from ${shape[0]}×${shape[1]} to ${size[0]}×${size[1]}${how}` }
}
