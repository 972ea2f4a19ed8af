import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { z } from 'zod'
import { splitNameSchema, type ImageShape } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import { ensureWritable, listFolders, namingFile, readJson } from '../disk/files'
import type { DatasetCatalogue } from './catalogue'
import { resizeBatch } from '../../images/resize'
import { DatasetWriter } from './writer'

const unpack = promisify(gunzip)
const side = 32

/** `sample.json`, as `scripts/samples/build.mjs` writes it. */
const sampleSchema = z.object({
  schemaVersion: z.literal(1),
  name: z.string(),
  licence: z.string(),
  attribution: z.string(),
  citation: z.string(),
  source: z.string(),
  height: z.int().min(1).max(256),
  width: z.int().min(1).max(256),
  /** The grey level of white in `images.u8.gz`. */
  white: z.int().min(1).max(255),
  classes: z.array(z.string()).min(2),
  /** In the order in which the images lie in the files. */
  splits: z.array(z.object({ name: splitNameSchema, count: z.int().min(1).max(1_000_000) })),
  /** Of the unpacked bytes. */
  sha256: z.object({ images: z.string(), labels: z.string() })
})
type Sample = z.infer<typeof sampleSchema>

/**
 * Puts the embedded samples among the data sets where they are missing; their folders' names are the ids. The small
 * grey originals are brought to 32×32×3. Does nothing, quickly, when they are there. One that a person removed stays
 * away, unless `again` asks for it.
 * @param samplesDir `resources/samples`
 * @returns the ids of those that were put there
 * @throws `sample-damaged`, `data-folder-not-writable`, `disk-full`
 */
export async function installSamples(
  library: { dataDir: string, datasets: DatasetCatalogue }, samplesDir: string, { again = false } = {}
): Promise<string[]> {
  const missing: string[] = []
  for (const id of await listFolders(samplesDir)) if (!await library.datasets.has(id)) missing.push(id)
  if (missing.length === 0) return []
  const removed = await library.datasets.removedSamples.list()
  const wanted = again ? missing : missing.filter((id) => !removed.includes(id))
  if (wanted.length === 0) return []
  await ensureWritable(library.dataDir)
  // Side by side: most of the time goes into flushing files.
  const results = await Promise.allSettled(wanted.map((id) => install(library.datasets, id, join(samplesDir, id))))
  for (const result of results) {
    // Another process of Graft, started at the same time, may have been faster.
    const faster = result.status === 'rejected' && result.reason instanceof GraftError && result.reason.code === 'dataset-exists'
    if (result.status === 'rejected' && !faster) throw result.reason
  }
  await library.datasets.removedSamples.delete(wanted)
  return wanted
}

async function install(datasets: DatasetCatalogue, id: string, folder: string): Promise<void> {
  const sample = await readJson(join(folder, 'sample.json'), sampleSchema)
  const count = sample.splits.reduce((sum, split) => sum + split.count, 0)
  const greyBytes = sample.height * sample.width
  const images = await readPacked(join(folder, 'images.u8.gz'), count * greyBytes, sample.sha256.images)
  const labels = await readPacked(join(folder, 'labels.u8.gz'), count, sample.sha256.labels)
  const shape: ImageShape = [side, side, 3]
  const writer = await DatasetWriter.create(datasets.folder, id, shape)
  try {
    let first = 0
    for (const split of sample.splits) {
      const end = first + split.count
      await writer.append({
        split: split.name,
        images: toShape(images.subarray(first * greyBytes, end * greyBytes), sample),
        labels: Int32Array.from(labels.subarray(first, end))
      })
      first = end
    }
    await writer.finish({
      name: sample.name, classes: sample.classes, validation: 0, test: 0, seed: 0, sample: true,
      provenance: {
        format: 'sample', origin: sample.source, licence: sample.licence,
        attribution: `${sample.attribution} ${sample.citation}`, preparation: preparationOf(sample)
      }
    })
  } catch (error) {
    await writer.discard()
    throw error
  }
}

function toShape(grey: Uint8Array, { height, width, white }: Sample): Uint8Array {
  const levels = white === 255 ? grey : grey.map((level) => Math.round(level * 255 / white))
  const resized = resizeBatch(levels, [height, width, 1], [side, side, 1])
  const rgb = new Uint8Array(resized.length * 3)
  for (let pixel = 0, out = 0; pixel < resized.length; pixel++) {
    const level = resized[pixel]!
    for (let channel = 0; channel < 3; channel++) rgb[out++] = level
  }
  return rgb
}

function preparationOf({ height, width, white }: Sample): string {
  const levels = white === 255 ? '' : ` of grey levels 0 to ${white}, spread over 0 to 255`
  return `from ${height}×${width}${levels}, bilinear to ${side}×${side}, the one channel repeated three times`
}

async function readPacked(path: string, bytes: number, sha256: string): Promise<Uint8Array> {
  try {
    const unpacked = await unpack(await fs.readFile(path), { maxOutputLength: bytes })
    if (unpacked.length === bytes && createHash('sha256').update(unpacked).digest('hex') === sha256) return unpacked
  } catch (error) {
    const named = namingFile(error, path)
    if (named instanceof GraftError) throw named
  }
  throw new GraftError('sample-damaged', {
    en: `The embedded sample ${path} is damaged.`,
    zh: `内置示例 ${path} 已损坏。`
  }, { remedy: { en: 'Install Graft again.', zh: '请重新安装 Graft。' } })
}
