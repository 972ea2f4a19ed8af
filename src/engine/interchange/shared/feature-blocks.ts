import type { FeatureChoice } from '../../features/collect'
import type { Block, NetworkDefinition } from '../../network/definition'

/** The blocks whose output a classifier looks at; none where it looks at the pixels. */
export function blocksFor({ blocks }: NetworkDefinition, { block, pixels }: FeatureChoice): readonly Block[] {
  if (pixels) return []
  return block === undefined ? blocks : blocks.slice(0, blocks.findIndex(({ name }) => name === block) + 1)
}
