import type * as tf from '@tensorflow/tfjs-core'
import { GraftError } from '../../../contract/errors'
import { integer } from '../../../contract/parameters'
import type { Text } from '../../../contract/text'
import { evaluate } from '../../evaluation/metrics'
import { lossBarrier } from '../../evaluation/loss-barrier'
import { assignMean, shapeDifference } from '../../network/averaging'
import { inference, type Network } from '../../network/network'
import { sameClasses } from '../../../rules/classes'
import type { ModelRef } from '../../../contract/models'
import { withHeadFor } from '../../surgery/surgery'
import type { BatchStream } from '../../batches/batch-stream'
import type { FitStage } from '../../training/stage'
import { together, type Member } from './fusion'
import type { MethodContext, MethodRun } from './method'

export const soupParameters = {
  barrierPoints: integer({
    label: { en: 'Points of the barrier', zh: '势垒测点数' },
    help: {
      en: 'For each pair of models, validation loss is measured at this many mixtures of their weights; 0 leaves it out.',
      zh: '在每两个模型之间，用验证图像在这么多个混合点上测量损失；0 表示不测量。'
    },
    minimum: 0, maximum: 99, default: 9, advanced: true
  })
}

type Score = { accuracy: number, loss: number }

/** What a soup's cooking may use: the scratch network that is evaluated is the run's own. */
interface Kitchen {
  members: readonly Member[]
  /** Makes the run's network the mean of these. */
  mix(networks: readonly Network[], shares?: readonly number[]): void
  /** The run's network on the validation images. @throws where there are none */
  score(): Promise<Score>
}

/** A run that averages the weights of the source and of the models beside it. @throws GraftError where they do not share a shape */
export function soupRun(
  context: MethodContext, models: readonly ModelRef[], { barrierPoints, name, cook }: {
    barrierPoints: number
    name: Text
    /** Leaves the soup in the run's network. @param validated whether there are validation labels to score with */
    cook(kitchen: Kitchen, validated: boolean): Promise<void>
  }
): MethodRun {
  const members = together(context, models)
  for (const member of members) refuseUnlike(context.classes, members[0]!, member)
  const { network } = withHeadFor(members[0]!.network, context.classes, context.training.seed)
  const fit: FitStage['fit'] = async ({ validation, signal, onProgress }) => {
    signal.throwIfAborted()
    const images = await validation()
    const pairs = barrierPoints > 0 && images ? members.length * (members.length - 1) / 2 : 0
    const total = members.length + pairs * barrierPoints + members.length
    let done = 0
    const score = async (): Promise<Score> => {
      if (!images) throw new Error('There are no labelled validation images to score with')
      const { score: found } = await evaluate((inputs) => network.forward(inputs as tf.Tensor4D, inference), images, network.definition.classes, { signal })
      onProgress(Math.min(++done, total), total)
      return found
    }
    const kitchen: Kitchen = { members, mix: (networks, shares) => { assignMean(network, networks, shares) }, score }
    try {
      if (pairs > 0) context.note(barrierNote(await barriers(kitchen, barrierPoints), images!, barrierPoints))
      if (!images) context.note(unmeasured)
      await cook(kitchen, images !== undefined)
    } finally {
      await images?.close()
    }
  }
  return { network, stages: [{ kind: 'fit', name, fit }], dispose: () => { network.dispose() } }
}

interface Barrier { pair: readonly [Member, Member], height: number }

/** The loss barrier between each two members. */
export async function barriers({ members, mix, score }: Kitchen, points: number): Promise<Barrier[]> {
  const ends: number[] = []
  for (const { network } of members) {
    mix([network])
    ends.push((await score()).loss)
  }
  const found: Barrier[] = []
  for (const [first, one] of members.entries()) {
    for (const [second, other] of members.entries()) {
      if (second <= first) continue
      const losses = [ends[first]!]
      for (let point = 1; point <= points; point++) {
        const share = point / (points + 1)
        mix([one.network, other.network], [1 - share, share])
        losses.push((await score()).loss)
      }
      found.push({ pair: [one, other], height: lossBarrier([...losses, ends[second]!]) })
    }
  }
  return found
}

/** Pairs that are named one by one; of more only the highest is. */
const namedPairs = 6

function barrierNote(found: readonly Barrier[], { count }: BatchStream, points: number): Text {
  const highest = [...found].sort((a, b) => b.height - a.height)
  const shown = found.length > namedPairs ? highest.slice(0, 1) : found
  const listed = (language: 'en' | 'zh') => shown
    .map(({ pair: [one, other], height }) => `${one.title[language]} – ${other.title[language]}: ${height.toFixed(3)}`).join('; ')
  return {
    en: `Loss barrier on ${count} validation images, ${points} mixtures between two models (0: one basin): highest ${highest[0]!.height.toFixed(3)}. ${listed('en')}.`,
    zh: `在 ${count} 张验证图像上、每两个模型之间 ${points} 个混合点的损失势垒（0 表示同一盆地）：最高 ${highest[0]!.height.toFixed(3)}。${listed('zh')}。`
  }
}

const unmeasured: Text = {
  en: 'The loss barrier between the models was not measured: there are no labelled validation images to measure it on.',
  zh: '未测量模型之间的损失势垒：没有可供测量的带标签验证图像。'
}

const parts: Record<NonNullable<ReturnType<typeof shapeDifference>>, Text> = {
  architecture: { en: 'architecture', zh: '架构' }, input: { en: 'input', zh: '输入' },
  classes: { en: 'classes', zh: '类别' }, weights: { en: 'the shapes of their weights', zh: '权重形状' }
}

function refuseUnlike(classes: readonly string[], first: Member, other: Member): void {
  const difference = shapeDifference(first.network, other.network)
    ?? (sameClasses(first.network.definition.classes, classes) ? undefined : 'classes')
  if (difference === undefined) return
  const [en, zh] = [parts[difference].en, parts[difference].zh]
  throw new GraftError('models-unlike', first === other ? {
    en: 'The models know the target\'s classes in another order: their weights cannot be averaged for it.',
    zh: '这些模型的类别顺序与目标不同：无法为其平均权重。'
  } : {
    en: `The weights of ${first.title.en} and ${other.title.en} cannot be averaged: they differ in ${en}.`,
    zh: `${first.title.zh} 与 ${other.title.zh} 的权重无法平均：它们的${zh}不同。`
  }, {
    usage: true, field: 'method.params.models',
    remedy: {
      en: 'Choose models that were fine-tuned from the same one on the same classes, or an ensemble.', zh: '请选择由同一模型在相同类别上微调得到的模型，或使用集成。'
    }
  })
}
