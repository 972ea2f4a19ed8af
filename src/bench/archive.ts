import { randomFillSync } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const recordBytes = 1 + 3 * 32 * 32

/**
 * Writes a data set in CIFAR-10's binary layout, of noise, in `folder`: five training batches and a test batch.
 * Noise reads, decodes and trains as fast as pictures do.
 * @returns bytes in all
 */
export async function writeNoise(folder: string, images: number): Promise<number> {
  await mkdir(folder, { recursive: true })
  const parts = ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch']
  const perPart = Math.ceil(images / parts.length)
  for (const part of parts) {
    const records = Buffer.alloc(perPart * recordBytes)
    randomFillSync(records)
    for (let index = 0; index < perPart; index++) records[index * recordBytes] = index % 10
    await writeFile(join(folder, `${part}.bin`), records)
  }
  return parts.length * perPart * recordBytes
}
