import type { Replay } from '../../contract/replay'
import { positionsOf } from '../datasets/domain-view'
import type { Library } from '../library'
import { readReplay } from '../runs/replay'

/**
 * A run's training to be looked at again, its pictures by their positions in the whole split; null where it has none. Where the
 * pictures are not here, or others now, it has none of them.
 * @throws `run-not-found`, `file-damaged`
 */
export async function replayOf(library: Pick<Library, 'datasets' | 'runs'>, id: string): Promise<Replay | null> {
  const run = await library.runs.get(id)
  const replay = await readReplay(library.runs.paths(id).replay, run)
  if (!replay) return null
  const { pictures } = replay.scene
  const positions = await positionsNow(library, run.spec.target.domain, pictures, run.dataHashes)
  return positions ? { ...replay, scene: { ...replay.scene, pictures: { ...pictures, positions } } } : withoutPictures(replay)
}

async function positionsNow(
  { datasets }: Pick<Library, 'datasets'>, domain: string | undefined, { dataset, split, positions }: Replay['scene']['pictures'], hashes: Record<string, string>
): Promise<number[] | undefined> {
  if (!await datasets.has(dataset)) return undefined
  const reader = await datasets.open(dataset)
  try {
    if (domain !== undefined) {
      const inSplit = await positionsOf(reader, split, { only: domain })
      const found = positions.map((position) => inSplit[position])
      return found.every((position) => position !== undefined) ? found : undefined
    }
    return hashes[`${dataset}/${split}/images`] === reader.dataset.splits[split]?.sha256.images ? positions : undefined
  } finally {
    await reader.close()
  }
}

const withoutPictures = ({ scene, frames }: Replay): Replay => ({
  scene: { ...scene, pictures: { ...scene.pictures, positions: [], labels: [] } }, frames: frames.map((frame) => ({ ...frame, answers: [] }))
})
