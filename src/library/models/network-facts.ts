import { z } from 'zod'
import type { BlockSummary, ModelSummary } from '../../contract/models'

/** As much of a network's definition as its facts are read from; the engine's own schema says the rest. */
const layerSchema = z.object({ kind: z.string(), name: z.string(), inputs: z.array(z.string()).optional() })
const blockSchema = z.object({ name: z.string(), layers: z.array(layerSchema) })
const definitionSchema = z.object({ blocks: z.array(blockSchema), head: blockSchema })
type DefinitionFacts = z.infer<typeof definitionSchema>

/** Whether a network has batch normalisation anywhere. */
export const hasBatchNormalisation = ({ blocks, head }: DefinitionFacts): boolean =>
  [...blocks, head].some(({ layers }) => layers.some(({ kind }) => kind === 'batch-normalisation'))

const toVector = new Set(['graph', 'flatten', 'dense', 'global-average-pooling', 'first-token'])

/** What leaves each block of the backbone, in order. */
export function outputsOf({ blocks }: Pick<DefinitionFacts, 'blocks'>): NonNullable<BlockSummary['gives']>[] {
  let gives: NonNullable<BlockSummary['gives']> = 'maps'
  return blocks.map(({ layers }) => {
    const outputs = new Map([['input', gives]])
    for (const { kind, name, inputs } of layers) {
      gives = toVector.has(kind) ? 'vector' : outputs.get(inputs?.[0] ?? '') ?? gives
      outputs.set(name, gives)
    }
    return gives
  })
}

/**
 * A saved model with what its record's definition tells of the network that is really there: it may have another block
 * than its architecture, or lack batch normalisation. As it is where the record holds no definition.
 */
export function withNetworkFacts(model: ModelSummary, definition: unknown): ModelSummary {
  const parsed = definitionSchema.safeParse(definition)
  if (!parsed.success) return model
  const gives = outputsOf(parsed.data)
  const places = new Map(parsed.data.blocks.map(({ name }, index) => [name, gives[index]]))
  return {
    ...model,
    batchNormalisation: hasBatchNormalisation(parsed.data),
    blocks: model.blocks.map((block) => {
      const found = places.get(block.name)
      return found ? { ...block, gives: found } : block
    })
  }
}
