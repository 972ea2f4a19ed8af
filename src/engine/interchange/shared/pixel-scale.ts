import type { Normalisation } from '../../../contract/models'
import { Unreadable } from '../../safetensors/header'

/**
 * The normalisation that a network does by itself, as x · scale + offset by channel on whatever it takes. It takes bytes where what
 * it subtracts is larger than 1, or where it divides by nearly 255; otherwise numbers from 0 to 1.
 *
 * One number stands for every channel. (x / 255 − mean) / deviation is x · 1 / (255 deviation) − mean / deviation.
 * @throws Unreadable for a scale that no normalisation has, such as a negative one: without it the network answers wrongly
 */
export function normalisationOf(affine: { scale: readonly number[], offset: readonly number[] } | undefined, channels?: number): Normalisation | undefined {
  if (affine && affine.scale.length === 1 && channels !== undefined && channels > 1) {
    const each = <Value>(values: readonly Value[]): Value[] => Array.from({ length: channels }, () => values[0]!)
    return normalisationOf({ scale: each(affine.scale), offset: each(affine.offset) })
  }
  if (!affine) return undefined
  if (!affine.scale.every((scale) => Number.isFinite(scale) && scale > 0) || !affine.offset.every(Number.isFinite)) throw unsayable()
  const unit = takesBytes(affine) ? 255 : 1
  return {
    mean: affine.scale.map((scale, channel) => affine.offset[channel]! === 0 ? 0 : -affine.offset[channel]! / scale / unit),
    standardDeviation: affine.scale.map((scale) => 1 / (scale * unit))
  }
}

const takesBytes = ({ scale, offset }: { scale: readonly number[], offset: readonly number[] }): boolean =>
  scale.every((each) => each < 0.1) || scale.some((each, channel) => -offset[channel]! / each > 1)

/** What is left to do for a network that normalises by itself and is run as it is: pixels in the unit that it takes. */
const asTaken = (bytes: boolean, channels: number): Normalisation => ({
  mean: Array.from({ length: channels }, () => 0), standardDeviation: Array.from({ length: channels }, () => bytes ? 1 / 255 : 1)
})

/** The normalisation that a network does by itself, its numbers in the order red, green, blue; and which order the network takes. */
export function pixelHints(
  { affine, reversed }: { affine?: { scale: readonly number[], offset: readonly number[] }, reversed: boolean }, channels?: number
): { normalisation?: Normalisation, inside?: Normalisation, channelOrder?: 'bgr' } {
  const found = normalisationOf(affine, channels)
  const inside = found && affine && asTaken(takesBytes(affine), found.mean.length)
  const turned = found && reversed ? { mean: [...found.mean].reverse(), standardDeviation: [...found.standardDeviation].reverse() } : found
  return { ...(turned && { normalisation: turned }), ...(inside && { inside }), ...(reversed && { channelOrder: 'bgr' as const }) }
}

const unsayable = (): Unreadable => new Unreadable({
  en: 'it begins by scaling pixels by numbers that are not positive and finite, which no normalisation does',
  zh: '它首先以非正数或非有限的数缩放像素，而归一化不会如此'
})
