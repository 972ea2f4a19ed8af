import type { LayerDistance } from '../../contract/xray'
import type { DatasetView } from '../../library/datasets'
import { averagedAfter } from '../surgery/surgery'
import type { Network } from '../network/network'
import { distancesOf, lookAt, type Seeing } from './distances'

/** Blocks before the last that are looked at, and pictures of each side: every block is a pass of its own over the images. */
const [mostBlocks, mostPictures] = [4, 200]

interface Side { reader: DatasetView, positions: Int32Array }

/**
 * How far apart the two sides are after blocks of the backbone before its last, evenly through it: maps are averaged over their pixels, so
 * that each channel is one number. Empty for a backbone of one block.
 */
export async function layersApart(network: Network, source: Side, target: Side, seeing: Seeing): Promise<LayerDistance[]> {
  const blocks = spread(network.definition.blocks.slice(0, -1), mostBlocks)
  const layers: LayerDistance[] = []
  for (const [index, { name, title }] of blocks.entries()) {
    seeing.signal.throwIfAborted()
    seeing.onProgress('comparing', index, blocks.length)
    const cut = averagedAfter(network, name)
    try {
      const [theirs, mine] = [
        await lookAt(cut, source.reader, evenly(source.positions), seeing), await lookAt(cut, target.reader, evenly(target.positions), seeing)
      ]
      const distances = await distancesOf(theirs, mine, seeing.seed, seeing.signal)
      if (distances) layers.push({ block: name, title, ...distances })
    } finally {
      cut.dispose()
    }
  }
  return layers
}

const evenly = (positions: Int32Array): Int32Array => Int32Array.from(spread([...positions], mostPictures))

/** So many of a list, evenly through it, the first and the last among them. */
function spread<Item>(list: readonly Item[], most: number): Item[] {
  if (list.length <= most) return [...list]
  return Array.from({ length: most }, (_, index) => list[Math.round(index * (list.length - 1) / (most - 1))]!)
}
