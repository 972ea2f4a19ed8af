import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Damaged } from '../../contract/app'
import { GraftError, toErrorValue } from '../../contract/errors'
import type { Run } from '../../contract/runs'
import { modelSummarySchema, type ModelRef, type ModelSummary } from '../../contract/models'
import { idIn, importedRef, parseRef, readRef, runRef } from '../../rules/refs'
import { exists, listFolders, readJson, recordMissing, setAside, writeJsonDurably } from '../disk/files'
import { sealedModelFields } from '../disk/checksums'
import { checkId } from '../disk/ids'
import { Records } from '../disk/records'
import { RemovedSamples } from '../datasets/removed-samples'
import { withNetworkFacts } from './network-facts'
import { unlessDiskFull, type Trash } from '../disk/trash'
import { inUse } from '../in-use'

const namedSchema = z.object({ name: z.string() })
/** The record with what the engine keeps in it beside the summary. */
const recordSchema = z.looseObject(modelSummarySchema.shape)

/** Models on disk: imported ones (`models/<id>/`) and what runs learned (`runs/<id>/model/`). */
export class ModelCatalogue {
  /** Those that came with Graft and that a person removed. */
  readonly removedEmbedded: RemovedSamples
  private readonly records: Records<ModelSummary>

  /** @param userOf the run in a living process that reads a model */
  constructor(
    private readonly dataDir: string, private readonly trash: Trash,
    private readonly userOf: (ref: ModelRef) => Promise<Run | undefined> = () => Promise.resolve(undefined)
  ) {
    this.removedEmbedded = new RemovedSamples(join(dataDir, 'models'))
    // The name of what a run learned stands in the run's record.
    this.records = new Records(join(dataDir, 'models', '.index.json'), modelSummarySchema, (ref) => [
      this.cardOf(ref as ModelRef), ...(idIn('run', ref as ModelRef) === undefined ? [] : [join(this.folder(ref as ModelRef), '..', 'run.json')])
    ])
  }

  private cardOf(ref: ModelRef): string {
    return join(this.folder(ref), 'graft.json')
  }

  /** Every model, newest first. A damaged record is set aside and named, and the rest opens. */
  async list(): Promise<{ models: ModelSummary[], damaged: Damaged[] }> {
    const refs = [
      ...(await listFolders(join(this.dataDir, 'models'))).map(importedRef), ...(await listFolders(join(this.dataDir, 'runs'))).map(runRef)
    ].filter((ref) => readRef(ref) !== undefined)
    const damaged: Damaged[] = []
    // A run that has not ended has no model yet.
    const there = refs.filter((ref) => existsSync(this.folder(ref)))
    const found = await this.records.all(there, (ref) => this.read(ref as ModelRef, this.cardOf(ref as ModelRef)), async (ref, error) => {
      const path = this.cardOf(ref as ModelRef)
      const value = toErrorValue(error)
      if (value.code === 'file-damaged') await setAside(path)
      damaged.push({ path, error: value.code === 'not-found' ? toErrorValue(await recordMissing(path)) : value })
    })
    const places = new Map(there.map((ref, index) => [ref, index]))
    const models = [...found].sort((a, b) =>
      a.createdAt === b.createdAt ? places.get(a.ref)! - places.get(b.ref)! : a.createdAt < b.createdAt ? 1 : -1)
    return { models, damaged }
  }

  /** Whether there is an imported model of this id. */
  async has(id: string): Promise<boolean> {
    return exists(this.folder(importedRef(checkId(id, 'model'))))
  }

  /** One saved model; throws `model-not-found` with the known ones. Architectures (`arch:…`) are the engine's. */
  async get(ref: ModelRef): Promise<ModelSummary> {
    try {
      return await this.read(ref, join(this.folder(ref), 'graft.json'))
    } catch (error) {
      if (!(error instanceof GraftError) || error.code !== 'not-found') throw error
    }
    if (await exists(this.folder(ref))) throw await recordMissing(join(this.folder(ref), 'graft.json'))
    const known = (await this.list()).models.map((model) => model.ref)
    throw modelNotFound(ref, known)
  }

  private async read(ref: ModelRef, path: string): Promise<ModelSummary> {
    const record = await readJson(path, recordSchema, sealedModelFields)
    return this.underItsName(withNetworkFacts({ ...modelSummarySchema.parse(record), ref }, record.definition))
  }

  /** What a run learned goes by the run's name, also after the run was renamed. */
  private async underItsName(model: ModelSummary): Promise<ModelSummary> {
    const runId = idIn('run', model.ref)
    if (runId === undefined) return model
    const record = join(this.dataDir, 'runs', runId, 'run.json')
    // A damaged record is the list of runs' to tell; the model keeps the name it was saved with.
    const run = await readJson(record, namedSchema).catch(() => undefined)
    return run ? { ...model, name: run.name } : model
  }

  /** The folder that holds `graft.json`, `model.json` and the weights; it may not exist. */
  folder(ref: ModelRef): string {
    const { kind, id: named } = parseRef(ref)
    const id = checkId(named, 'model')
    if (kind === 'model') return join(this.dataDir, 'models', id)
    if (kind === 'run') return join(this.dataDir, 'runs', id, 'model')
    throw modelNotFound(ref, [])
  }

  /** Changes an imported model's name on screen; a run's model goes by its run's. @throws GraftError `model-not-found` */
  async rename(id: string, name: string): Promise<ModelSummary> {
    const ref = importedRef(checkId(id, 'model'))
    await this.get(ref)
    const path = join(this.folder(ref), 'graft.json')
    await writeJsonDurably(path, { ...await readJson(path, recordSchema, sealedModelFields), name })
    return this.get(ref)
  }

  /** Moves an imported model to the trash and gives the token that brings it back. One that came with Graft then stays away at later starts. */
  async remove(id: string): Promise<string> {
    if (!await exists(this.folder(importedRef(checkId(id))))) {
      throw modelNotFound(importedRef(id), (await listFolders(join(this.dataDir, 'models'))).map(importedRef))
    }
    const user = await this.userOf(importedRef(id))
    if (user) throw inUse(id, user)
    const isEmbedded = await this.get(importedRef(id)).then(({ origin }) => origin?.embedded === true, () => false)
    // Noted first: after a crash between the two it is still there, and can be removed again.
    if (isEmbedded) await unlessDiskFull(this.removedEmbedded.add(id))
    return this.trash.remove([join('models', id)])
  }

  async restore(token: string): Promise<void> {
    await this.trash.restore(token)
    const back: string[] = []
    for (const id of await this.removedEmbedded.list()) if (await this.has(id)) back.push(id)
    await this.removedEmbedded.delete(back)
  }
}

function modelNotFound(ref: string, known: readonly string[]): GraftError {
  const shown = known.slice(0, 10).join(', ')
  return new GraftError('model-not-found', {
    en: `There is no saved model "${ref}".`,
    zh: `没有名为“${ref}”的已保存模型。`
  }, {
    field: 'source.model',
    usage: true,
    remedy: shown === ''
      ? { en: 'Train one first, or begin with an architecture such as arch:seed-cnn.', zh: '请先训练一个模型，或从 arch:seed-cnn 之类的结构开始。' }
      : { en: `Saved models: ${shown}.`, zh: `已保存的模型：${shown}。` }
  })
}
