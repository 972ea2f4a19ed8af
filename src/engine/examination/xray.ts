import * as tf from '@tensorflow/tfjs-core'
import { imageBytesOf, type Dataset } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import type { Xray, XrayPhase, XrayRequest } from '../../contract/xray'
import type { Library } from '../../library'
import { openSourceData, openTargetData, type DatasetView } from '../../library/datasets'
import { AppearanceMeter, toGrey } from '../../library/intake'
import { sameClassNames } from '../../rules/classes'
import { layerText, sharesCanBeTold, xrayFindings, type XrayFacts } from '../../rules/examination/xray-words'
import { indicesOf, type DomainChoice } from '../../rules/domains'
import { idIn } from '../../rules/refs'
import { learnedFrom } from '../../rules/specs/learned-from'
import { imagesToLookAt, unlabelledOf } from '../advisor/looking'
import { FeatureCache } from '../features/cache'
import { openModel } from '../models/open'
import { inference, type Network } from '../network/network'
import { randomStream } from '../random'
import { everything } from '../training/data'
import { yieldToEvents } from '../yield'
import type { Surroundings } from '../surroundings'
import { distancesOf, type Seeing } from './distances'
import { domainsApart } from './domains-apart'
import { untrained } from './examine'
import { estimateShares } from './label-shift'
import { layersApart } from './layers-apart'

export interface XrayHooks {
  signal: AbortSignal
  onProgress(phase: XrayPhase, done: number, total: number): void
}

/** Pictures that a distance is computed of: its time grows with their square. */
const mostCompared = 600
const batchBytes = 4 << 20

/**
 * How a target differs from what a source learned from, before anything is trained. Of the target it reads training pictures
 * alone, no label and nothing of its test; of the source's own data it reads labels too, of validation where there is one.
 * @throws GraftError where the source or the target is not there, the source has learned nothing, or the target is named as
 * what it learned from
 */
export async function xray(wanted: XrayRequest, { signal, onProgress }: XrayHooks, { library, cacheDir, openBackend }: Surroundings): Promise<Xray> {
  const began = performance.now()
  onProgress('starting', 0, 1)
  if (idIn('arch', wanted.source) !== undefined) throw untrained(wanted.source)
  if (wanted.sourceData === wanted.target && wanted.domain === undefined) throw notItself()
  const { sourceData, domains, learned, own } = await sourceDataOf(wanted, library)
  const ends = {
    source: { model: wanted.source, ...(sourceData !== undefined && { dataset: sourceData }), ...(domains && { domains: [...domains] }) },
    target: { dataset: wanted.target, labels: 'none' as const, ...(wanted.domain !== undefined && { domain: wanted.domain }) }
  }
  const readers: DatasetView[] = []
  const kept = (view: DatasetView): DatasetView => {
    readers.push(view)
    return view
  }
  let network: Network | undefined
  try {
    const target = kept(await openTargetData(library.datasets, ends))
    const opened = await openSourceData(library.datasets, ends)
    const source = opened && kept(opened)
    const backend = await openBackend()
    onProgress('loading', 0, 1)
    network = await openModel(library, wanted.source)
    const { name } = await library.models.get(wanted.source)
    const seeing: Seeing = { network, cache: new FeatureCache({ cacheDir }), surroundings: JSON.stringify(backend), seed: wanted.seed, signal, onProgress }
    const mine = await see(target, 'train', seeing)
    const theirs = source && await see(source, 'train', seeing)
    onProgress('comparing', 0, 1)
    const { classes } = network.definition
    const distances = theirs && await distancesOf(theirs, mine, wanted.seed, signal)
    const layers = source && theirs && distances
      ? await layersApart(network, { reader: source, positions: theirs.positions }, { reader: target, positions: mine.positions }, seeing) : undefined
    const between = wanted.domain === undefined ? await domainsApart(target, seeing) : undefined
    const shares = source && sharesCanBeTold(distances) && sameClassNames(classes, target.dataset.classes)
      ? await sharesOf(source, mine, seeing, classes) : undefined
    const facts: XrayFacts = {
      classes: { source: classes, target: target.dataset.classes }, shapes: { network: network.definition.input, target: target.dataset.shape },
      target: await pixelsOf(target, mine.positions, signal), source: source && theirs && await pixelsOf(source, theirs.positions, signal),
      hasSourceData: source !== undefined, ...(distances && { distances }), ...(shares && { shares }),
      ...(layers && { layers }), ...(between && { domains: between }), learned, own
    }
    return {
      wanted: { ...wanted, ...(sourceData !== undefined && { sourceData }) },
      names: { source: name, target: target.dataset.name, ...(source && { sourceData: source.dataset.name }) },
      findings: xrayFindings(facts), ...(distances && { distances }), ...(shares && { shares }),
      ...(layers && { layers: layers.map((layer) => ({ ...layer, text: layerText(layer) })) }), ...(between && { domains: between }),
      looked: { target: mine.positions.length, source: theirs?.positions.length ?? 0 },
      cached: mine.found && (theirs?.found ?? true), seconds: (performance.now() - began) / 1000, at: new Date().toISOString()
    }
  } finally {
    network?.dispose()
    for (const reader of readers) await reader.close()
  }
}

/** The source's data, and what is known of them. */
interface SourceData {
  sourceData?: string | undefined
  /** Domains of them that are compared; all, or all but the target's, when absent. */
  domains?: readonly string[] | undefined
  /** Whether the source learned from all of these and from nothing else. */
  learned: boolean
  /** Whether the source learned from the target's own data set. */
  own: boolean
}

/**
 * What was named, or what a run of this library learned from, where it is still here and not the target itself. Other domains of the
 * target's data set are data like any others.
 */
async function sourceDataOf({ source, sourceData, sourceDomains, target, domain }: XrayRequest, { runs, datasets }: Library): Promise<SourceData> {
  const id = idIn('run', source)
  const known = id === undefined ? undefined : learnedFrom((await runs.get(id)).spec)
  const within = known?.dataset === target
  const others = known && within && domain !== undefined && known.choice !== undefined
    ? namesOf(await datasets.get(target), known.choice) : undefined
  const apart = others !== undefined && !others.includes(domain!)
  const own = within && !apart
  const taken = sourceData ?? (known && !own && await datasets.has(known.dataset) ? known.dataset : undefined)
  const mine = sourceData === undefined && apart
  return {
    sourceData: taken, domains: mine ? others : sourceDomains, own,
    learned: known !== undefined && known.dataset === taken && (mine || (known.choice === undefined && sourceDomains === undefined && taken !== target))
  }
}

/** Names of the domains that a choice has of a data set. */
const namesOf = (dataset: Dataset, choice: DomainChoice): string[] => indicesOf(dataset, choice).map((index) => dataset.domains![index]!)

/** The target's labels would be read as those of the source. */
const notItself = (): GraftError => new GraftError('source-data-is-target', {
  en: 'The source data are the target itself: there is nothing to compare, and its labels would be read.', zh: '源数据就是目标本身：没有可比较的内容，而且会读取其标签。'
}, { usage: true, field: 'sourceData', remedy: { en: 'Name what the source learned from, or leave it out.', zh: '请指定源模型所学的数据集，或不指定。' } })

interface Seen {
  positions: Int32Array
  /** [positions, length] */
  features: Float32Array
  length: number
  /** What the source's head says of each; absent where it has none. */
  answers?: Int32Array
  found: boolean
}

/** Features of pictures of a split, drawn without their labels, and what the head makes of them. */
async function see(reader: DatasetView, split: 'train' | 'validation', { network, cache, surroundings, seed, signal, onProgress }: Seeing): Promise<Seen> {
  const count = reader.dataset.splits[split]?.count ?? 0
  const limit = Math.min(mostCompared, imagesToLookAt(network))
  const positions = split === 'train' ? unlabelledOf(reader, seed, limit)
    : count <= limit ? everything(count) : randomStream(seed, 'looked at').permutation(count).slice(0, limit).sort()
  if (positions.length === 0) return { positions, features: new Float32Array(0), length: network.featureLength, found: true }
  const table = await cache.open({
    network, reader, split, positions, surroundings, signal, onProgress: (done, total) => onProgress('features', done, total)
  })
  try {
    const rows = await table.read(everything(positions.length))
    const answers = network.definition.classes.length > 1 ? tf.tidy(() => tf.argMax(network.logits(rows, inference), 1)) : undefined
    try {
      return {
        positions, features: Float32Array.from(rows.dataSync<'float32'>()), length: table.length, found: table.found,
        ...(answers && { answers: Int32Array.from(answers.dataSync<'int32'>()) })
      }
    } finally {
      rows.dispose()
      answers?.dispose()
    }
  } finally {
    await table.close()
  }
}

/** The target's shares of the classes, by what the source's head says of its own validation pictures, or of those it learned from. */
async function sharesOf(source: DatasetView, target: Seen, seeing: Seeing, classes: readonly string[]): Promise<Xray['shares']> {
  const split = source.hasLabels('validation') ? 'validation' : 'train'
  if (!source.hasLabels(split) || !sameClassNames(source.dataset.classes, classes)) return undefined
  const own = await see(source, split, seeing)
  if (!own.answers || !target.answers) return undefined
  const labels = await source.readLabels(split, own.positions)
  const truth = labels.map((label) => classes.indexOf(source.dataset.classes[label]!))
  const estimated = estimateShares({ source: own.answers, target: target.answers }, truth, classes.length)
  return estimated && classes.map((name, label) => ({
    class: name, source: truth.filter((each) => each === label).length / truth.length, estimated: estimated[label]!
  }))
}

/** Levels by which channels may differ in a grey picture that was saved in colour. */
const nearlyGrey = 2

/** How pictures of the training split look; undefined where there are none. */
async function pixelsOf(reader: DatasetView, positions: Int32Array, signal: AbortSignal): Promise<XrayFacts['target']> {
  if (positions.length === 0) return undefined
  const { shape } = reader.dataset
  const appearance = new AppearanceMeter()
  let [colourful, pixels] = [0, 0]
  const atOnce = Math.max(1, Math.floor(batchBytes / imageBytesOf(shape)))
  for (let start = 0; start < positions.length; start += atOnce) {
    signal.throwIfAborted()
    const images = await reader.readImages('train', positions.subarray(start, start + atOnce))
    appearance.add(toGrey(images, shape), shape)
    if (shape[2] === 3) {
      for (let at = 0; at + 2 < images.length; at += 3) {
        colourful += Math.max(images[at]!, images[at + 1]!, images[at + 2]!) - Math.min(images[at]!, images[at + 1]!, images[at + 2]!)
      }
      pixels += images.length / 3
    }
    await yieldToEvents()
  }
  return { appearance: appearance.result(), grey: pixels === 0 || colourful / pixels < nearlyGrey }
}
