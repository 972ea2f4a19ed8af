import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { GraftError } from '../../../contract/errors'
import { modelSummarySchema, type ModelSummary } from '../../../contract/models'
import { exists, makeFolder, namingFile, newId, readJson, rename, sealed, sealedModelFields, sha256OfFile, syncFolder, syncFolders, writeJsonDurably, writePartsDurably } from '../../../library/disk'
import { networkDefinitionSchema, type NetworkDefinition } from '../../network/definition'
import { graphRuntimesOf, prepareGraphs } from '../../network/graph-runtimes'
import { Network } from '../../network/network'
import { weightShapes } from '../../network/shapes'
import { factsOf } from '../shared/model-facts'
import type { StoredNetwork } from '../shared/stored-network'
import { readSafetensors, writeSafetensors } from '../../safetensors/safetensors'
import { toLayersModel } from './layers'
import { bytesOf } from '../../safetensors/bytes'

/** `graft.json`: what the catalogue shows, and the network to fill with `weights.safetensors`. */
const recordSchema = z.looseObject({
  ...modelSummarySchema.shape, schemaVersion: z.literal(1), definition: networkDefinitionSchema,
  /** SHA-256 of each file beside; absent in records of earlier versions. */
  files: z.record(z.string(), z.string()).optional()
})

/** Writes files into a model's folder. */
type Write = (folder: string) => Promise<void>

/**
 * Saves a model as a folder that Graft and others open: `graft.json` and `weights.safetensors`; `model.json` and `weights.bin`, a
 * TensorFlow.js LayersModel that takes normalised images (the normalisation and the classes stand in its
 * `userDefinedMetadata`). Written beside and renamed, so that the folder is never half there.
 *
 * @param alongside writes what answers in place of the head into the same folder; a LayersModel could not say it
 * @param also writes what else is kept with the model
 * @throws GraftError `disk-full`, `not-permitted` … naming the file
 */
export async function saveModel(
  network: Network, folder: string, summary: ModelSummary, alongside?: Write, also?: Write
): Promise<void> {
  const weights = new Map([...network.weights].map(([name, variable]) => [
    name, { shape: variable.shape, data: variable.dataSync<'float32'>() }
  ]))
  return saveWeights(network.definition, weights, folder, summary, alongside, also)
}

/** The same of a network whose weights are no tensors (yet). */
export async function saveWeights(
  definition: NetworkDefinition, weights: ReadonlyMap<string, { shape: readonly number[], data: Float32Array }>, folder: string,
  summary: ModelSummary, alongside?: Write, also?: Write
): Promise<void> {
  const beside = await temporaryBeside(folder).catch((error: unknown) => { throw namingFile(error, folder) })
  try {
    const tensors = new Map([...weights].map(([name, { shape, data }]) => [name, { dtype: 'F32' as const, shape, data }]))
    await writeSafetensors(join(beside, 'weights.safetensors'), tensors, { format: 'graft', architecture: definition.architecture })
    if (alongside) await alongside(beside)
    else if (isLayersModel(definition)) {
      await writeLayersModel(beside, definition, summary, (name) => weights.get(name)!.data)
    }
    if (also) await also(beside)
    const files: Record<string, string> = {}
    for (const name of (await fs.readdir(beside)).sort()) files[name] = await sha256OfFile(join(beside, name))
    await writeJsonDurably(join(beside, 'graft.json'), sealed({ schemaVersion: 1, ...summary, definition, files }, sealedModelFields))
    await replaceFolder(folder, beside)
  } catch (error) {
    await fs.rm(beside, { recursive: true, force: true }).catch(() => undefined)
    throw namingFile(error, folder)
  }
}

/** The TF.js files: `model.json` and `weights.bin`. */
export async function writeLayersModel(
  folder: string, definition: NetworkDefinition, summary: ModelSummary, weightOf: (name: string) => Float32Array
): Promise<void> {
  const model = toLayersModel(definition)
  await writePartsDurably(join(folder, 'weights.bin'), model.weights.map(({ from, values }) => bytesOf(values ?? weightOf(from!))))
  await writeJsonDurably(join(folder, 'model.json'), {
    format: 'layers-model',
    generatedBy: 'Graft',
    convertedBy: null,
    modelTopology: model.topology,
    weightsManifest: [{
      paths: ['weights.bin'], weights: model.weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' }))
    }],
    userDefinedMetadata: { graft: factsOf({ definition }, summary) }
  })
}

/** Whether the TF.js format has a layer for each of the network's. */
function isLayersModel(definition: NetworkDefinition): boolean {
  try {
    toLayersModel(definition)
    return true
  } catch (error) {
    if (error instanceof GraftError && error.code === 'not-exportable') return false
    throw error
  }
}

/** A new folder beside, whose name no catalogue takes for a model; what an earlier save left half done is removed. */
export async function temporaryBeside(folder: string): Promise<string> {
  const [parent, prefix] = [dirname(folder), `.${basename(folder)}.`]
  await makeFolder(parent)
  for (const name of await fs.readdir(parent)) {
    if (name.startsWith(prefix) && name.endsWith('.tmp')) await fs.rm(join(parent, name), { recursive: true, force: true })
  }
  const beside = join(parent, `${prefix}${newId()}.tmp`)
  await fs.mkdir(beside)
  return beside
}

/** Gives a whole folder the name of another one, which is gone afterwards. */
export async function replaceFolder(folder: string, beside: string): Promise<void> {
  const old = `${beside.slice(0, -'.tmp'.length)}.old.tmp`
  await syncFolders(beside)
  const replaces = await exists(folder)
  if (replaces) await rename(folder, old)
  await rename(beside, folder)
  await syncFolder(dirname(folder))
  if (replaces) await fs.rm(old, { recursive: true, force: true })
}

/** The TensorFlow.js form is for other programs: Graft never answers from it. */
const notReadHere = ['model.json', 'weights.bin']

async function verifyFile(path: string, sha256: string): Promise<void> {
  if (notReadHere.includes(basename(path))) return
  if (await sha256OfFile(path).catch((error: unknown) => { throw namingFile(error, path) }) === sha256) return
  throw new GraftError('model-damaged', {
    en: `${path} is damaged: it is not what was saved.`, zh: `${path} 已损坏：与保存时的内容不符。`
  }, {
    details: `its SHA-256 is not ${sha256}`,
    remedy: { en: 'Put a whole copy in its place; or import the model, or repeat the run, again.', zh: '请用完好的副本替换；或重新导入该模型，或重新运行。' }
  })
}

/**
 * What a folder that `saveModel` wrote holds, read without TensorFlow.
 * @throws GraftError naming the file that is missing, damaged or holds other weights than the network needs
 */
export async function readModel(folder: string): Promise<StoredNetwork> {
  const { definition, files = {} } = await readJson(join(folder, 'graft.json'), recordSchema, sealedModelFields)
  const path = join(folder, 'weights.safetensors')
  const { tensors } = await readSafetensors(path, { finite: true }).catch((error: unknown) => { throw namingFile(error, path) })
  for (const { name, shape } of weightShapes(definition)) {
    const found = tensors.get(name)
    if (!found) {
      throw new GraftError('weights-misfit', { en: `${path} holds no ${name}.`, zh: `${path} 中没有 ${name}。` })
    }
    if (found.shape.join() !== shape.join()) {
      throw new GraftError('weights-misfit', {
        en: `${path}: weight ${name} is ${found.shape.join('×')} where the network needs ${shape.join('×')}.`,
        zh: `${path}：权重 ${name} 的形状为 ${found.shape.join('×')}，而网络需要 ${shape.join('×')}。`
      }, { remedy: { en: 'Put the files back as they were saved together.', zh: '请恢复一起保存的文件。' } })
    }
  }
  // After what can be said more exactly: bytes of the right form that are not the ones that were saved.
  for (const [name, sha256] of Object.entries(files)) await verifyFile(join(folder, basename(name)), sha256)
  return {
    definition,
    weights: new Map([...tensors].map(([name, { shape, data }]) => [
      name, { shape, data: data instanceof Float32Array ? data : Float32Array.from(data) }
    ]))
  }
}

/** The network of a folder that `saveModel` wrote. @throws as `readModel` does */
export async function loadModel(folder: string): Promise<Network> {
  const { definition, weights } = await readModel(folder)
  await prepareGraphs(graphRuntimesOf(definition))
  return Network.fromWeights(definition, new Map([...weights].map(([name, { data }]) => [name, data])))
}
