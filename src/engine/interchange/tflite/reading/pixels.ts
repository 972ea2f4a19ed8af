import type { Normalisation } from '../../../../contract/models'
import { Table } from './table'
import { types } from './types'
import type { ReadModel } from './read'

/** Under which a file says beside its graph what its numbers mean, and packs the names of its classes. */
const metadataName = 'TFLITE_METADATA'
const normalises = 1

/**
 * How the pixels that a file takes come of bytes. A file of whole numbers takes the bytes themselves, and says which real numbers they
 * stand for: real = scale · (byte − zero), with zero counted from -128 for signed ones. Otherwise metadata may say it.
 * @returns undefined where the file does not say it
 */
export function pixelsOf({ tensors, inputs, metadata }: ReadModel): Normalisation | undefined {
  const { shape = [], type, quantisation } = tensors[inputs[0] ?? -1] ?? {}
  const channels = shape[3]
  if (channels !== 1 && channels !== 3) return undefined
  const each = (values: readonly number[]): number[] => Array.from({ length: channels }, (_, channel) => values[values.length === 1 ? 0 : channel]!)
  if (type === types.uint8 || type === types.int8) {
    const { scale: [scale = 1], zeroPoint: [zero = 0] } = quantisation ?? { scale: [], zeroPoint: [] }
    const least = type === types.int8 && quantisation ? zero + 128 : zero
    return scale > 0 && Number.isFinite(scale) ? { mean: each([least / 255]), standardDeviation: each([1 / (255 * scale)]) } : undefined
  }
  const said = normalisationIn(metadata.get(metadataName))
  const fits = said && said.deviation.every((value) => value > 0) && [said.mean, said.deviation].every((list) => (
    (list.length === 1 || list.length === channels) && list.every(Number.isFinite)))
  return fits ? { mean: each(said.mean.map((value) => value / 255)), standardDeviation: each(said.deviation.map((value) => value / 255)) } : undefined
}

/** (byte − mean) / deviation, as metadata's schema keeps it: model → first graph → first input → what is done to it. */
function normalisationIn(bytes: Uint8Array | undefined): { mean: number[], deviation: number[] } | undefined {
  if (!bytes) return undefined
  const [input] = Table.root(bytes).tables(3)[0]?.tables(2) ?? []
  const step = input?.tables(4).find((unit) => unit.byte(0) === normalises)?.table(1)
  return step && { mean: step.floats(0), deviation: step.floats(1) }
}

/** Whether the file has names of its classes packed into it. */
export const hasMetadata = ({ metadata }: ReadModel): boolean => metadata.has(metadataName)
