import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../contract/errors'
import type { Run } from '../../contract/runs'
import { openTargetData } from '../datasets/domain-view'
import { namingFile } from '../disk/files'
import type { Library } from '..'

/** SHA-256 of the images and of the labels that a run was tested on. */
export function testHashes({ spec, dataHashes }: Pick<Run, 'spec' | 'dataHashes'>): (string | undefined)[] {
  return ['images', 'labels'].map((part) => dataHashes[`${spec.target.dataset}/test/${part}`])
}

/** The labels of the images that the run was tested on, in their order; undefined where its data set is gone or another now. */
export async function readTestLabels({ datasets }: Pick<Library, 'datasets'>, run: Run): Promise<Int32Array | undefined> {
  const reader = await openTargetData(datasets, run.spec).catch(() => undefined)
  if (!reader) return undefined
  try {
    const { images, labels } = reader.dataset.splits.test?.sha256 ?? {}
    const [testedImages, testedLabels] = testHashes(run)
    return images === testedImages && labels === testedLabels ? await reader.readLabels('test') : undefined
  } finally {
    await reader.close()
  }
}

/** The class that a run gave each test image, in their order; undefined where it kept none. */
export async function readTestPredictions({ runs }: Pick<Library, 'runs'>, { id }: Pick<Run, 'id'>): Promise<Int32Array | undefined> {
  const path = join(runs.paths(id).evaluation, 'test.predictions.i32')
  try {
    const bytes = await fs.readFile(path)
    return Int32Array.from({ length: Math.floor(bytes.length / 4) }, (_, image) => bytes.readInt32LE(image * 4))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw namingFile(error, path)
  }
}
