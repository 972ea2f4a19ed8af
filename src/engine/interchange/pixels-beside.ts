import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { Normalisation } from '../../contract/models'

const longest = 1 << 20
const each = z.union([z.number().transform((value) => [value]), z.array(z.number()).min(1).max(4)])

/** Hugging Face's image processors (`transformers`, image_processing_utils and those of each model). */
const processorSchema = z.looseObject({
  image_mean: each.optional(), image_std: each.optional(),
  do_rescale: z.boolean().optional(), rescale_factor: z.number().positive().optional(), rescale_offset: z.boolean().optional(),
  do_normalize: z.boolean().optional(), do_flip_channel_order: z.boolean().optional()
})
/** timm's `config.json` beside a model of its hub. */
const timmSchema = z.looseObject({ pretrained_cfg: z.looseObject({ mean: each, std: each }) })

/**
 * How pixels are normalised, from a file that Hugging Face or timm leave beside a model, and which file says it; undefined where
 * none does, or in a way that is not a mean and a deviation for each channel.
 * @param path the model, or the folder that is one
 * @param channels of the images that it takes
 */
export async function pixelsBeside(path: string, channels: number): Promise<{ file: string, normalisation: Normalisation } | undefined> {
  const folder = (await fs.stat(path)).isDirectory() ? path : dirname(path)
  for (const [file, read] of [['preprocessor_config.json', ofProcessor], ['config.json', ofTimm]] as const) {
    const found = read(await contentOf(join(folder, file)))
    const normalisation = found && forChannels(found, channels)
    if (normalisation) return { file, normalisation }
  }
  return undefined
}

async function contentOf(path: string): Promise<unknown> {
  try {
    if ((await fs.stat(path)).size > longest) return undefined
    return JSON.parse((await fs.readFile(path, 'utf8')).replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}

/** A pixel p of 0 to 255 becomes (p · factor − offset − mean) / deviation there, and (p / 255 − mean) / deviation here. */
function ofProcessor(content: unknown): Normalisation | undefined {
  const said = processorSchema.safeParse(content).data
  if (!said || said.do_flip_channel_order === true || (said.image_mean === undefined && said.do_normalize !== false)) return undefined
  const whole = said.do_rescale === false ? 255 : 255 * (said.rescale_factor ?? 1 / 255)
  const offset = said.do_rescale !== false && said.rescale_offset === true ? 1 : 0
  const [mean, deviation] = said.do_normalize === false ? [[0], [1]] : [said.image_mean!, said.image_std ?? [1]]
  return { mean: mean.map((value) => (value + offset) / whole), standardDeviation: deviation.map((value) => value / whole) }
}

function ofTimm(content: unknown): Normalisation | undefined {
  const said = timmSchema.safeParse(content).data?.pretrained_cfg
  return said && { mean: said.mean, standardDeviation: said.std }
}

function forChannels({ mean, standardDeviation }: Normalisation, channels: number): Normalisation | undefined {
  const all = (list: readonly number[]): number[] => list.length === 1 ? Array.from({ length: channels }, () => list[0]!) : [...list]
  const [means, deviations] = [all(mean), all(standardDeviation)]
  const fits = means.length === channels && deviations.length === channels && deviations.every((value) => value > 0)
  return fits ? { mean: means, standardDeviation: deviations } : undefined
}
