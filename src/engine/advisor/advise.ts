import type { Advice, AdvicePhase, AdviceRequest, Evidence, Pace } from '../../contract/advice'
import { GraftError } from '../../contract/errors'
import type { ModelRef } from '../../contract/models'
import type { Library } from '../../library'
import { openTargetData } from '../../library/datasets'
import { keepAdvice, keepPace, knownPaces, specFacts } from '../../library/runs'
import { recommend, type Ground } from '../../rules/advice/recommend'
import { rankSources } from '../../rules/advice/sources'
import { idIn } from '../../rules/refs'
import { paceAmong } from '../../rules/settings/paces'
import { completeSpec } from '../../rules/specs/complete'
import { learnedFrom } from '../../rules/specs/learned-from'
import { catalogue } from '../catalogue'
import { FeatureCache } from '../features/cache'
import { openSource } from '../models/open'
import type { Surroundings } from '../surroundings'
import { placeOf } from './pace'
import { see } from './see'

interface AdviseHooks {
  signal: AbortSignal
  onProgress(phase: AdvicePhase, done: number, total: number): void
}

/**
 * What is worth trying for a source, a target and a grant. It reads the target's training images and the labels that are granted, never the test split, and
 * keeps what it foretold, so that the outcome can be held against it.
 * @throws GraftError where the source or the target is not there
 */
export async function advise(wanted: AdviceRequest, hooks: AdviseHooks, surroundings: Surroundings): Promise<Advice> {
  return (await lookAround(wanted, hooks, surroundings)).advice
}

/** The advice, and the ground that it stands on. */
export async function lookAround(
  wanted: AdviceRequest, { signal, onProgress }: AdviseHooks, { library, cacheDir, openBackend, hasFunctions }: Surroundings
): Promise<{ advice: Advice, ground: Ground }> {
  const began = performance.now()
  onProgress('starting', 0, 1)
  const request = await withSourceData(wanted, library)
  const backend = await openBackend()
  onProgress('loading', 0, 1)
  const target = await openTargetData(library.datasets, { target: request.target })
  try {
    if ((target.dataset.splits.train?.count ?? 0) === 0) throw noImages(target.dataset.name)
    const surroundings = JSON.stringify(backend)
    const cache = new FeatureCache({ cacheDir })
    const place = { ...await placeOf(library, request.source, target.dataset.shape), device: request.device, backend }
    const known = paceAmong(await knownPaces(library.dataDir), place)
    const seeing = { request, target, cache, surroundings, signal, onPhase: onProgress }
    const open = async (source: ModelRef, chosen: boolean, pace: Pace | undefined): Promise<{ evidence: Evidence, cached: boolean, parameters: number }> => {
      const opened = await openSource(library, source, target.dataset)
      const network = opened.network ?? opened.fresh(target.dataset.classes, request.seed)
      try {
        const name = opened.network ? (await library.models.get(source)).name : source
        const parameters = [...network.weights.values()].reduce((sum, { size }) => sum + size, 0)
        return { ...await see({ ...seeing, network, source, name, earlier: pace, pace: chosen, crossValidate: chosen }), parameters }
      } finally {
        if (!opened.network) network.dispose()
        opened.dispose()
      }
    }
    const chosen = await open(request.source, true, known?.pace)
    const pace = known ?? (chosen.evidence.pace && { ...place, pace: chosen.evidence.pace, at: new Date().toISOString() })
    if (pace && !known) await keepPace(library, pace)
    const facts = await specFacts(completeSpec({
      source: { model: request.source, ...(request.sourceData !== undefined && { dataset: request.sourceData }) },
      target: request.target, method: { id: 'fine-tuning' }
    }, undefined), library, catalogue())
    const { runs } = await library.runs.list()
    const others = request.allSources && chosen.evidence.labelsPerClass > 0 ? await shelf(library, request.source) : []
    const seen = [chosen]
    for (const [index, ref] of others.entries()) {
      onProgress('sources', index, others.length)
      seen.push(await open(ref, false, undefined))
    }
    const machine = { chosen: backend, backends: [], functions: { available: hasFunctions() } }
    const ground: Ground = { wanted: request, evidence: chosen.evidence, facts, runs, machine, paces: pace ? [pace] : [] }
    const advice: Advice = {
      wanted: request, ...recommend(ground), evidence: chosen.evidence,
      ...(request.allSources && chosen.evidence.labelsPerClass > 0 && { sources: rankSources(seen.filter(({ evidence }) => evidence.scores.length > 0)) }),
      cached: chosen.cached, seconds: (performance.now() - began) / 1000, at: new Date().toISOString()
    }
    await keepAdvice(library.dataDir, advice)
    return { advice, ground }
  } finally {
    await target.close()
  }
}

/** Where nobody names source images: those that the source learned from, if it is a run of this library and they are still here. */
async function withSourceData(wanted: AdviceRequest, { runs, datasets }: Library): Promise<AdviceRequest> {
  const id = idIn('run', wanted.source)
  if (id === undefined || wanted.sourceData !== undefined) return wanted
  const { dataset } = learnedFrom((await runs.get(id)).spec)
  return await datasets.has(dataset) ? { ...wanted, sourceData: dataset } : wanted
}

/** Every trained network on the shelf but the chosen one. */
async function shelf({ models }: Library, but: ModelRef): Promise<ModelRef[]> {
  const { models: all } = await models.list()
  return all.filter(({ ref, classifier }) => ref !== but && !classifier).map(({ ref }) => ref)
}

const noImages = (name: string): GraftError => new GraftError('no-training-images', {
  en: `The data set “${name}” has no training images.`, zh: `数据集“${name}”没有训练图像。`
}, { usage: true, field: 'target.dataset', remedy: { en: 'Choose a data set with a training part.', zh: '请选择含有训练部分的数据集。' } })
