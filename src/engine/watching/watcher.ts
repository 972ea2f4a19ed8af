import { GraftError } from '../../contract/errors'
import type { Frame, Scene } from '../../contract/replay'
import { ReplayFolder } from '../../library/runs'
import { predictedClasses } from '../evaluation/metrics'
import type { Network } from '../network/network'
import { openInOrder, type TrainingData } from '../training/data'
import { allOutputs, passOf, sourcePassOf } from '../training/outputs'
import type { Pass } from '../training/pass'
import type { GradientStage, Stage } from '../training/stage'
import { Budget } from './budget'
import { castOf, labelsKept, type Cast, type Watched } from './cast'
import { distancesOf } from './distances'
import { packPlaces, packProjection, unpackProjection } from './packed'
import { placesIn, principalPlane, type Projection } from './projection'

/** Frames of a run at most, about: a longer run is looked at every so many epochs. */
const mostFrames = 120

interface WatcherOptions {
  /** The folder `replay` of the run. */
  folder: string
  data: TrainingData
  network: Network
  stages: readonly Stage[]
  /** Images that the training shows in all. */
  imagesTrained: number
  /** Seconds of work so far. */
  seconds(): number
  /** Where the run goes on: frames past it are void. Absent for one that begins. */
  resumedAt?: { stage: number, epoch: number } | undefined
}

/** Where a stage stands at an epoch's end; epoch 0 is before the first step. */
interface Moment { stage: number, epoch: number, step: number, epochs: number }

/**
 * Looks at a few images from time to time while a network trains, and keeps what it saw: how pictures of the target are
 * answered, where points of both domains lie in one plane that is fixed before the first step, and how far the domains are
 * apart. It changes nothing of the training, reads no label that is not granted, and keeps within its share of the time.
 */
export class Watcher {
  private constructor(
    private readonly options: WatcherOptions, private readonly kept: ReplayFolder, private readonly cast: Cast | undefined,
    private readonly budget: Budget, private projection: Projection | undefined, private scene: Scene | undefined
  ) {}

  /** Without a scene of before, a run that goes on is not watched: the plane of its start is not known. */
  static async open(options: WatcherOptions): Promise<Watcher> {
    const { folder, data, stages, imagesTrained, resumedAt, network } = options
    const kept = new ReplayFolder(folder)
    const began = options.seconds()
    const budget = new Budget(() => options.seconds() - began)
    const nothing = new Watcher(options, kept, undefined, budget, undefined, undefined)
    const looks = stages.filter((stage) => isWatched(stage))
    if (looks.length === 0) return nothing
    const before = resumedAt && await kept.read().catch((error: unknown) => {
      if (error instanceof GraftError && error.code === 'file-damaged') return undefined
      throw error
    })
    if (resumedAt && !before) {
      await kept.remove()
      return nothing
    }
    const withCloud = before ? before.scene.cloud !== undefined : looks.some(movesDomains)
    const cast = await castOf(data, { withCloud, imagesTrained })
    if (!before || !resumedAt) {
      await kept.remove()
      return new Watcher(options, kept, cast, budget, undefined, undefined)
    }
    await kept.keep(before.frames.filter(({ stage, epoch }) => stage < resumedAt.stage || (stage === resumedAt.stage && epoch <= resumedAt.epoch)))
    const { cloud } = before.scene
    const projection = cloud && unpackProjection(cloud.projection, network.featureLength, cloud)
    return new Watcher(options, kept, cast, budget, projection, before.scene)
  }

  /** Looks, where a frame is due and there is time for it. The first and the last of a run always are. */
  async look(stage: GradientStage, moment: Moment): Promise<void> {
    const { cast, scene, budget } = this
    if (!cast || !isWatched(stage)) return
    if (!scene && moment.epoch > 0) return
    const last = moment.epoch === moment.epochs
    const due = moment.epoch % Math.ceil(moment.epochs / mostFrames) === 0
    if (scene && !last && (!due || !budget.allows)) return
    await budget.count(() => this.record(stage, moment, cast))
  }

  private async record(stage: GradientStage, { stage: index, epoch, step }: Moment, cast: Cast): Promise<void> {
    const { data, network } = this.options
    const write = data.whenRoom ?? (<Result>(work: () => Promise<Result>) => work())
    const length = network.featureLength
    const classes = network.definition.classes.length
    const pass = passOf(stage, network)
    const seen = (watched: Watched, how: Pass = pass) => this.outputs(stage, watched, how)
    const pictures = await seen(cast.pictures)
    const points = cast.points && movesDomains(stage)
      ? { source: await seen(cast.points.source, sourcePassOf(stage, network)), target: await seen(cast.points.target) } : undefined
    // A training that has gone wrong ends at its next step; there is nothing to be seen of it.
    const outputs = [pictures, ...points ? [points.source, points.target] : []]
    if (!outputs.every(({ logits, features }) => logits.every(Number.isFinite) && features.every(Number.isFinite))) return
    if (!this.scene) {
      const all = points && joined(points.source.features, points.target.features)
      this.projection = all && principalPlane(all, length)
      this.scene = sceneOf(this.options, cast, this.projection)
      const { scene } = this
      await write(() => this.kept.begin(scene))
    }
    const { projection } = this
    const frame: Frame = {
      stage: index, epoch, step, answers: answersOf(pictures.logits, classes),
      ...(points && projection && { cloud: {
        ...packPlaces(placesIn(projection, joined(points.source.features, points.target.features))),
        predicted: [...predictedClasses(points.source.logits, classes), ...predictedClasses(points.target.logits, classes)],
        ...await distancesOf(points.source.features, points.target.features, length, { seed: data.spec.training.seed, signal: data.signal })
      } })
    }
    await write(() => this.kept.add(frame))
  }

  private async outputs(stage: GradientStage, watched: Watched, pass: Pass): ReturnType<typeof allOutputs> {
    const { network, data } = this.options
    const stream = await openInOrder(watched, stage, network, data)
    try {
      return await allOutputs(pass, network, stream, data.signal)
    } finally {
      await stream.close()
    }
  }
}

/** Whether a stage's answers mean something. */
const isWatched = (stage: Stage): stage is GradientStage => stage.kind === 'gradient' && stage.pretext !== true

/** Whether a stage learns from a source with a body that moves. */
const movesDomains = (stage: GradientStage): boolean => stage.streams.includes('source') && stage.featuresOf === undefined

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const all = new Float32Array(first.length + second.length)
  all.set(first)
  all.set(second, first.length)
  return all
}

/** The class of each picture, and its share of the softmax in thousandths. */
function answersOf(logits: Float32Array, classes: number): Frame['answers'] {
  return Array.from(predictedClasses(logits, classes), (best, image): [number, number] => {
    const own = logits.subarray(image * classes, (image + 1) * classes)
    const sum = own.reduce((total, value) => total + Math.exp(value - own[best]!), 0)
    return [best, Math.round(1000 / sum) / 1000]
  })
}

function sceneOf({ data, network }: WatcherOptions, { pictures, trainedOn, points }: Cast, projection: Projection | undefined): Scene {
  const { split, positions } = pictures
  return {
    schemaVersion: 1, classes: [...network.definition.classes],
    pictures: { dataset: data.spec.target.dataset, split, positions: [...positions], labels: labelsKept(pictures), trainedOn },
    ...(points && projection && { cloud: {
      domains: points.names, target: points.names.length - 1, domain: points.domain,
      labels: [...labelsKept(points.source), ...labelsKept(points.target)],
      projection: packProjection(projection), explained: projection.explained, spread: projection.spread
    } })
  }
}
