import { join } from 'node:path'
import { z } from 'zod'
import { GraftError } from '../../contract/errors'
import { exists, readJson, writeJsonDurably } from '../../library/disk'
import { readSafetensors, writeSafetensors } from '../safetensors/safetensors'
import type { Network } from '../network/network'
import type { Classifier, StoredTensor } from './classifier'
import { loadEnsemble } from './ensemble'
import { isScorer, loadOnFeatures } from './on-features'

const recordSchema = z.object({ schemaVersion: z.literal(1), kind: z.string(), state: z.unknown() })
const files = (folder: string) => ({ record: join(folder, 'classifier.json'), tensors: join(folder, 'classifier.safetensors') })

/** Writes a classifier beside its network's files. */
export async function saveClassifier(classifier: Classifier, folder: string): Promise<void> {
  const { state, tensors } = classifier.stored()
  const { record, tensors: path } = files(folder)
  await writeSafetensors(path, new Map([...tensors].map(([name, { shape, data }]) =>
    [name, { dtype: data instanceof Int32Array ? 'I32' as const : 'F32' as const, shape, data }])), { format: 'graft', classifier: classifier.kind })
  await writeJsonDurably(record, { schemaVersion: 1, kind: classifier.kind, state })
}

/** A classifier as its files keep it: plain numbers, and nothing computes. */
export interface StoredClassifier { kind: string, state: unknown, tensors: ReadonlyMap<string, StoredTensor> }

/** What lies beside a network's files, or undefined where its head answers. @throws GraftError where it is damaged */
export async function readClassifier(folder: string): Promise<StoredClassifier | undefined> {
  const { record, tensors: path } = files(folder)
  if (!await exists(record)) return undefined
  const { kind, state } = await readJson(record, recordSchema)
  const { tensors } = await readSafetensors(path, { finite: true })
  return {
    kind, state, tensors: new Map([...tensors].map(([name, { shape, data }]) =>
      [name, { shape: [...shape], data: data instanceof Float32Array || data instanceof Int32Array ? data : Float32Array.from(data) }]))
  }
}

/** The classifier that lies beside a network's files, or undefined where its head answers. @throws GraftError where it is damaged */
export async function loadClassifier(folder: string, network: Network): Promise<Classifier | undefined> {
  const stored = await readClassifier(folder)
  if (!stored) return undefined
  const { kind, state, tensors } = stored
  const { record } = files(folder)
  try {
    if (kind === 'ensemble') return await loadEnsemble(state, tensors)
    if (isScorer(kind)) return loadOnFeatures(kind, network, state, tensors)
  } catch (error) {
    throw damaged(record, error instanceof Error ? error.message : String(error))
  }
  throw damaged(record, `kind ${kind}`)
}

const damaged = (path: string, details: string): GraftError => new GraftError('file-damaged', {
  en: `${path} does not describe a classifier that Graft knows.`, zh: `${path} 描述的不是 Graft 所知的分类器。`
}, { details, remedy: { en: 'Train the run again.', zh: '请重新训练该运行。' } })

export type { Classifier } from './classifier'
