import { similarityWantedSchema, type Similarity, type SimilarityWanted } from '../../contract/similarity'

/** Two layers each, without a look: the second changed, and the head of one tells nothing apart. */
export function fakeSimilarity(asked: SimilarityWanted): Similarity {
  const layers = [{ name: 'block1', title: 'Convolution' }, { name: 'block2', title: 'Dense' }]
  return {
    wanted: similarityWantedSchema.parse(asked), names: { first: 'Before', second: 'After', dataset: 'Mine' }, layers: { first: layers, second: layers },
    values: [[0.98, -0.01], [null, 0.5]], split: 'test', images: 40, seconds: 1, at: '2026-01-01T00:00:00.000Z'
  }
}
