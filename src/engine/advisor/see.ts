import type { AdviceRequest, Evidence, Pace, ScoreEvidence } from '../../contract/advice'
import type { ModelRef } from '../../contract/models'
import { sameClasses } from '../../rules/classes'
import { idIn } from '../../rules/refs'
import type { DatasetView } from '../../library/datasets'
import type { FeatureCache } from '../features/cache'
import type { Network } from '../network/network'
import { crossValidatedHits } from './cross-validation'
import { estimateOf, shareOf } from './intervals'
import { imagesToLookAt, labelledOf, look, pixelFeatures, stratified, unlabelledOf, type Labelled, type Seen } from './looking'
import { probePace } from './probe'
import { scores } from './scores'
import { neighbourHits } from './scores/k-nearest'
import { pick, type Sample } from './scores/score'

/** Images that the scores beside the nearest neighbours look at: the time of some grows with the cube of their number. */
const votingImages = 320

interface Seeing {
  request: AdviceRequest
  target: DatasetView
  /** The source's network; of a fresh architecture with the weights that it would start from. */
  network: Network
  name: string
  source: ModelRef
  cache: FeatureCache
  surroundings: string
  signal: AbortSignal
  /** A pace found before on this machine; none: a probe is made, unless `pace` is false. */
  earlier?: Pace | undefined
  pace: boolean
  /** Whether to judge a logistic regression by cross-validation. */
  crossValidate: boolean
  onPhase(phase: 'features' | 'scores' | 'probe', done: number, total: number): void
}

/** All that is seen of one source on a target: of granted labels and training images alone. */
export async function see(seeing: Seeing): Promise<{ evidence: Evidence, cached: boolean }> {
  const { request, target, network, source, signal, onPhase } = seeing
  const { dataset } = target
  const limit = imagesToLookAt(network)
  const labelled = await labelledOf(target, request.target.labels, request.seed, limit)
  const positions = labelled?.looked.positions ?? unlabelledOf(target, request.seed, limit)
  const seen = await look(network, target, positions, { ...seeing, onProgress: (done, total) => onPhase('features', done, total) })
  const fresh = idIn('arch', source) !== undefined
  const same = sameClasses(network.definition.classes, dataset.classes)
  onPhase('scores', 0, 1)
  const found = labelled && !fresh ? await labelledEvidence(seeing, labelled.looked, seen, same) : {}
  const pace = seeing.earlier ?? (seeing.pace ? await probed(seeing, seen) : undefined)
  return {
    cached: seen.found,
    evidence: {
      source, name: seeing.name, sourceKind: fresh ? 'fresh' : idIn('run', source) !== undefined ? 'own' : 'imported', sameClasses: !fresh && same,
      targetImages: dataset.splits.train?.count ?? 0, labelled: labelled?.granted ?? 0, labelsPerClass: labelled?.looked.fewest ?? 0,
      classes: dataset.classes.length, looked: positions.length, scores: [],
      ...found, ...(!labelled && !fresh && unlabelledEvidence(seen)), ...(pace && { pace })
    }
  }

  function probed({ signal: aborting }: Seeing, { pace: looking }: Seen): Promise<Pace> {
    onPhase('probe', 0, 1)
    return probePace(network, target, dataset.classes.length > 1 ? dataset.classes : ['one', 'two'], { signal: aborting, looking })
  }
  async function labelledEvidence(
    { crossValidate }: Seeing, { labels, classes }: Labelled, { features, length, outputs, outputClasses }: Seen, sameHead: boolean
  ): Promise<Partial<Evidence>> {
    if (classes < 2) return {}
    const sample: Sample = { features, length, labels, classes, ...(outputs && { outputs, outputClasses: outputClasses! }) }
    const bare: Sample = { ...await pixelFeatures(target, positions), labels, classes }
    const scored = await scoreBoth(sample, bare, request.seed, signal, (done, total) => onPhase('scores', done, total))
    const hits = crossValidate ? await crossValidatedHits(sample, request.seed, signal) : undefined
    const right = sameHead && outputs
      ? Uint8Array.from(labels, (label, image) => largest(outputs, image * outputClasses!, outputClasses!) === label ? 1 : 0) : undefined
    return { scores: scored, ...(hits && { crossValidated: shareOf(hits, 'cross-validation') }), ...(right && { head: shareOf(right, 'head') }) }
  }
}

/** Every score of the source's features, and of the bare pixels beside it. */
async function scoreBoth(
  sample: Sample, bare: Sample, seed: number, signal: AbortSignal, onProgress: (done: number, total: number) => void
): Promise<ScoreEvidence[]> {
  const members: number[][] = Array.from({ length: sample.classes }, () => [])
  sample.labels.forEach((label, image) => members[label]!.push(image))
  const voting = stratified(members, votingImages, seed)
  const evenly = members.every((images, label) => images.length === 0 || voting.some((place) => sample.labels[place] === label))
  const [some, someBare] = evenly ? [pick(sample, voting), pick(bare, voting)] : [sample, bare]
  const found: ScoreEvidence[] = []
  for (const [index, score] of scores.entries()) {
    signal.throwIfAborted()
    onProgress(index, scores.length)
    // Cancelling is heard between two scores.
    await new Promise((resolve) => { setImmediate(resolve) })
    const { id, title, means, reference } = score
    const [source, pixels] = index === 0
      ? [shareOf(neighbourHits(sample), id), shareOf(neighbourHits(bare), `${id} pixels`)] : [estimateOf(score, some), estimateOf(score, someBare)]
    found.push({ id, title, means, reference, ...(source && { source }), ...(pixels && { pixels }) })
  }
  return found
}

/** What the head says of images without labels: how sure it is, and over how many classes it spreads them (e to the entropy of their shares). */
function unlabelledEvidence({ outputs, outputClasses }: Seen): Partial<Evidence> {
  if (!outputs || outputClasses === undefined) return {}
  const count = outputs.length / outputClasses
  const shares = new Float64Array(outputClasses)
  let confidence = 0
  for (let image = 0; image < count; image++) {
    const said = largest(outputs, image * outputClasses, outputClasses)
    shares[said]! += 1 / count
    confidence += outputs[image * outputClasses + said]! / count
  }
  const entropy = shares.reduce((sum, share) => share > 0 ? sum - share * Math.log(share) : sum, 0)
  return { unlabelled: { confidence, classesUsed: Math.exp(entropy), of: outputClasses } }
}

function largest(values: Float64Array, start: number, length: number): number {
  let best = 0
  for (let index = 1; index < length; index++) if (values[start + index]! > values[start + best]!) best = index
  return best
}
