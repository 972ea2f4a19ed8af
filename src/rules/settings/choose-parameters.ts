import type { Parameters, ParameterValue } from '../../contract/parameters'
import type { Text } from '../../contract/text'
import { largeNetwork, leastSteps, leastStepsOfLarge } from './sizes'

/** What the choice of a method's own parameters looks at. */
interface ParameterFacts {
  parameters: Parameters
  /** Whether the source has learned something already. */
  trained: boolean
  /** Whether its head answers in the target's classes; undefined where nobody knows. */
  knowsClasses?: boolean | undefined
  /** How many of the target's classes the source knows by name though its head is another, and how many there are; undefined where nobody knows. */
  shared?: { known: number, of: number } | undefined
  /** Numbers that the source's network learns. */
  size: number
}

/** A parameter of a method that Graft chose, and why. */
export interface ParameterChoice { name: string, value: ParameterValue, why: Text }

/** Parameters of methods that Graft chooses where nobody sets them. */
export const chosenParameterNames: readonly string[] = ['sourceEpochs', 'sourceLearningRate', 'backboneFactor', 'keepRows']

/** Whether a method can learn the source first, or do without. */
const canLearnFirst = ({ sourceEpochs }: Parameters): boolean => sourceEpochs?.kind === 'integer' && sourceEpochs.minimum === 0

/** Those of them that are chosen for a method: how fast a backbone goes only where a part of it can stay as it is. */
export const chosenParametersFor = (parameters: Parameters): readonly string[] => chosenParameterNames.filter((name) => name in parameters
  && (name === 'keepRows' || (name === 'backboneFactor' ? 'trainedBlocks' in parameters : canLearnFirst(parameters))))

/** How fast a large trained backbone may change below a new head. */
export function chooseFactor({ parameters: { trainedBlocks, backboneFactor }, trained, knowsClasses, size }: ParameterFacts): ParameterChoice[] {
  if (!trained || size <= largeNetwork || !trainedBlocks || !backboneFactor || knowsClasses !== false) return []
  return [{
    name: 'backboneFactor', value: 0.1, why: {
      en: 'The head is new and the backbone is not: the backbone learns at a tenth of the rate, as in Transfer-Learning-Library.',
      zh: '分类头是新的而主干不是：主干以十分之一的学习率学习，与 Transfer-Learning-Library 相同。'
    }
  }]
}

/** Whether a new head starts from what the source has for the classes that both name alike. */
export function chooseRows({ parameters: { keepRows }, trained, shared }: ParameterFacts): ParameterChoice[] {
  if (!trained || !keepRows || !shared || shared.known === 0) return []
  const { known, of } = shared
  return [{
    name: 'keepRows', value: true, why: {
      en: `The source knows ${known} of the ${of} classes by name: the head starts from what it has for ${known === 1 ? 'it' : 'them'}.`,
      zh: `源模型认识 ${of} 个类别中的 ${known} 个（同名）：分类头以其已有权重开始。`
    }
  }]
}

/** How fast Adam goes, and why. */
export interface Pace { value: number, why: Text }

/**
 * Epochs on the source alone that a training takes before it adapts, with so many steps in each: those that a person set,
 * those that are chosen, or the method's own.
 */
export function sourceEpochsOf(facts: ParameterFacts, given: ParameterValue | undefined, epochs: number, stepsPerEpoch: number): number {
  const usual = facts.parameters['sourceEpochs']?.default
  const chosen = chooseSourceEpochs(facts, { epochs, stepsPerEpoch, pace: unneeded }).find(({ name }) => name === 'sourceEpochs')?.value
  return Number(given ?? chosen ?? usual ?? 0)
}
const unneeded: Pace = { value: 0, why: { en: '', zh: '' } }

/** How long a method that can learn the source first does so, where the network does not know the source yet. */
export function chooseSourceEpochs(
  { parameters, trained, knowsClasses, size }: ParameterFacts,
  { epochs, stepsPerEpoch, pace }: { epochs: number, stepsPerEpoch: number, pace: Pace }
): ParameterChoice[] {
  if (!canLearnFirst(parameters) || (trained && knowsClasses !== false)) return []
  const least = trained && size > largeNetwork ? leastStepsOfLarge : leastSteps
  const value = Math.max(Number(parameters['sourceEpochs']!.default), Math.min(epochs, Math.ceil(least / stepsPerEpoch)))
  return [{
    name: 'sourceEpochs', value, why: {
      en: `The network does not know the source yet. It learns that alone first, ${value * stepsPerEpoch} steps: drawing together features that mean nothing yet would hold it back.`,
      zh: `网络尚未学过源数据，因此先单独学习 ${value * stepsPerEpoch} 步：过早拉近尚无意义的特征会妨碍学习。`
    }
  }, ...('sourceLearningRate' in parameters ? [{ name: 'sourceLearningRate', ...pace }] : [])]
}
