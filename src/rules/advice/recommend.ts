import type { AdviceRequest, Advice, Evidence, KnownPace, Recommendation, ScoreEvidence } from '../../contract/advice'
import type { Machine } from '../../contract/doctor'
import type { MethodSummary } from '../../contract/methods'
import { twinRoles, type Run, type Spec } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { valueOf, type SpecFacts } from '../facts'
import { checkSpec } from '../specs/check'
import { completeSpec, haveUsedGpu, type SettingsShelf } from '../specs/complete'
import { costOf, learnsOnFeatures } from './cost'
import { foretell, gainOf } from './foretell'
import type { Outcome } from './outcome'
import { outcomes } from './outcomes'
import { controlOf, reasonOf } from './words'

/** Methods put forward. */
const wanted = 3
/** Accuracies as near as this, in shares, are taken for equal: then the quicker method comes first. */
const tie = 0.005

export interface Ground {
  wanted: AdviceRequest
  evidence: Evidence
  /** Everything a check of a spec looks at. */
  facts: SpecFacts
  runs: readonly Run[]
  /** What computes here, and how fast the source's network was seen to train on it: what a training is sized by. */
  machine?: Machine
  paces?: readonly KnownPace[]
  /** The measured tasks; a test leaves some out. */
  tasks?: readonly Outcome[]
}

/** Which methods are worth the time, with what speaks for each; or that the evidence does not carry that, and why. */
export function recommend(ground: Ground): Pick<Advice, 'state' | 'remarks' | 'recommendations'> {
  const { evidence, tasks = outcomes } = ground
  const candidates = candidatesOf(ground, tasks)
  const labelled = evidence.labelsPerClass > 0
  const doubts = [...missingEvidence(evidence, candidates.length), ...disagreement(evidence.scores)]
  const known = candidates.filter(({ order }) => order !== undefined)
  if (candidates.length > 0 && known.length === 0 && doubts.length === 0) doubts.push(noLikeTask)
  const sorted = sortedBy(known)
  const recommendations = (sorted.length > 0 ? sorted : quickestFirst(candidates)).slice(0, wanted).map(({ recommendation }) => recommendation)
  const remarks = [...doubts, ...doubts.length === 0 ? keptInMind(recommendations, labelled, evidence) : []]
  return { state: doubts.length > 0 ? 'abstains' : 'advises', remarks, recommendations }
}

/** All that can start here, those first that are foretold to do best, then the quickest: who may enter a race. */
export function entrantsOf(ground: Ground): Recommendation[] {
  const candidates = candidatesOf(ground, ground.tasks ?? outcomes)
  const known = sortedBy(candidates.filter(({ order }) => order !== undefined))
  return [...known, ...quickestFirst(candidates.filter(({ order }) => order === undefined))].map(({ recommendation }) => recommendation)
}

interface Candidate { recommendation: Recommendation, /** What it is sorted by. */ order: number | undefined }

/** The methods that were measured, and that can start as the program sets them. */
function candidatesOf({ wanted: request, evidence, facts, runs, machine, paces = [] }: Ground, tasks: readonly Outcome[]): Candidate[] {
  const [target, sourceData] = [valueOf(facts.target), valueOf(facts.sourceData)]
  const measured = new Set(tasks.flatMap(({ accuracy }) => Object.keys(accuracy)))
  // Features that have learned nothing are nothing to learn on.
  const worthIt = (method: MethodSummary): boolean => evidence.sourceKind !== 'fresh' || !learnsOnFeatures(method)
  return facts.methods.filter((method) => measured.has(method.id) && worthIt(method)).flatMap((method): Candidate[] => {
    const spec = specFor(method, { wanted: request, facts, runs, machine, paces })
    if (!target || checkSpec(spec, facts).length > 0) return []
    const expected = foretell(method.id, evidence, tasks)
    const gain = evidence.labelsPerClass > 0 ? undefined : gainOf(method.id, evidence, tasks, ({ accuracy }) => accuracy['source-only'])?.mean
    const cost = costOf({ method, spec, target, sourceData, pace: evidence.pace, runs })
    return [{
      order: expected?.accuracy ?? gain,
      recommendation: {
        method: method.id, title: method.title,
        reason: reasonOf(method, evidence, expected, gain), control: controlOf(method.id, evidence.labelsPerClass > 0), spec,
        ...(expected && { expected }), ...cost
      }
    }]
  })
}

/** The transfer with this method, set as the program sets it where nobody does. */
function specFor(
  method: MethodSummary, { wanted: { source, sourceData, target, seed, device }, facts, runs, machine, paces }:
  Pick<Ground, 'wanted' | 'facts' | 'runs'> & Pick<SettingsShelf, 'machine' | 'paces'>
): Spec {
  return completeSpec({
    source: { model: source, ...(method.needs.sourceData && sourceData !== undefined && { dataset: sourceData }) },
    target, method: { id: method.id }, training: { seed }, device
  }, method, { ...shelfOf(facts), gpu: haveUsedGpu(runs), machine, ...(paces && { paces }) })
}

const shelfOf = ({ target, sourceData, sourceModel, architectures }: SpecFacts): SettingsShelf => ({
  datasets: [target, sourceData].flatMap((found) => valueOf(found) ?? []), models: [sourceModel].flatMap((found) => valueOf(found) ?? []), architectures
})

/** Best first; of those that are as good as equal the quicker one. */
function sortedBy(candidates: readonly Candidate[]): Candidate[] {
  const left = [...candidates].sort((a, b) => b.order! - a.order!)
  const sorted: Candidate[] = []
  while (left.length > 0) {
    const equal = left.filter(({ order }) => left[0]!.order! - order! <= tie)
    const next = equal.reduce((best, each) => (each.recommendation.seconds ?? Infinity) < (best.recommendation.seconds ?? Infinity) ? each : best)
    sorted.push(next)
    left.splice(left.indexOf(next), 1)
  }
  return sorted
}

/** Where nothing is known of any: the quickest first, and what is only a control of the others last. */
function quickestFirst(candidates: readonly Candidate[]): Candidate[] {
  const isControl = ({ recommendation: { method } }: Candidate): number => twinRoles.some((role) => role === method) ? 1 : 0
  const seconds = ({ recommendation }: Candidate): number => recommendation.seconds ?? Number.MAX_VALUE
  return [...candidates].sort((one, other) => isControl(one) - isControl(other) || seconds(one) - seconds(other))
}

const noLikeTask: Text = {
  en: 'No task that was measured is like this one. Which method is best here is not known: try the quickest first, and its control beside it.',
  zh: '没有与此相似的实测任务，无法判断哪种方法最好：请先试最快的方法，并附上对照。'
}

const nothingLearned: Text = {
  en: 'An architecture has learned nothing yet. A trained source may do far better: ask which source.',
  zh: '该架构尚未学习任何东西。训练过的源模型可能好得多：请查看“选择哪个源”。'
}

function missingEvidence({ labelsPerClass, labelled, sameClasses, crossValidated, sourceKind }: Evidence, candidates: number): Text[] {
  if (candidates === 0) {
    return [labelsPerClass === 0 && !sameClasses
      ? { en: 'Without labels, and with classes that the source does not know, none of the measured methods can start. Grant a few labels per class.',
          zh: '没有标签，且源模型不认识这些类别，实测过的方法都无法使用。请为每类授予几个标签。' }
      : { en: 'None of the measured methods can start with what is chosen.', zh: '所选内容不满足任何实测方法的条件。' }]
  }
  if (labelsPerClass === 0) return []
  if (sourceKind === 'fresh') return [nothingLearned]
  if (crossValidated === undefined) {
    return [{ en: `With ${labelled} ${labelled === 1 ? 'label' : 'labels'}, one class has a single one: nothing can be held back to check a method by. Grant at least two labels per class, better ten.`,
      zh: `只有 ${labelled} 个标签，有的类别仅一个：无法留出图像来检验方法。请每类至少授予两个标签，最好十个。` }]
  }
  return labelled < 20
    ? [{ en: `${labelled} labels are too few to tell methods apart: chance alone moves the accuracy by more than 20 points.`,
        zh: `${labelled} 个标签太少，无法区分方法：仅偶然因素就能使准确率变动 20 个百分点以上。` }] : []
}

/** Whether the leading score and those beside it say opposite things of the source against the bare pixels. */
function disagreement(scores: readonly ScoreEvidence[]): Text[] {
  const sides = scores.flatMap(({ title, source, pixels }) => {
    if (!source?.interval || !pixels?.interval) return []
    if (source.interval[0] > pixels.interval[1]) return [{ title, side: 1 }]
    return source.interval[1] < pixels.interval[0] ? [{ title, side: -1 }] : []
  })
  const [better, worse] = [sides.filter(({ side }) => side > 0), sides.filter(({ side }) => side < 0)]
  if (better.length === 0 || worse.length === 0) return []
  const names = (list: typeof sides, language: 'en' | 'zh'): string => list.map(({ title }) => title[language]).join(language === 'zh' ? '、' : ', ')
  return [{
    en: `The scores disagree: by ${names(better, 'en')} the source sees more than the bare pixels show, by ${names(worse, 'en')} less. Try the first two side by side, with a control.`,
    zh: `各评分意见不一：按 ${names(better, 'zh')}，源模型优于原始像素；按 ${names(worse, 'zh')} 则不如。请并排试前两种方法，并附上对照。`
  }]
}

/** What belongs beside the advice though nothing stands against it. */
function keptInMind(recommendations: readonly Recommendation[], labelled: boolean, { scores, unlabelled, sourceKind }: Evidence): Text[] {
  const [first, second] = recommendations
  const remarks: Text[] = []
  if (!labelled) {
    remarks.push({
      en: 'Without labels no accuracy can be foretold: this is the order in which the methods did on measured tasks. Five labels per class would do for a forecast.',
      zh: '没有标签就无法预测准确率：此处只是各方法在实测任务上的名次。每类五个标签即可给出预测。'
    })
    if (unlabelled && unlabelled.classesUsed < unlabelled.of / 2) {
      remarks.push({
        en: `The source's head puts your images into about ${unlabelled.classesUsed.toFixed(1)} of its ${unlabelled.of} classes: it may not see what tells them apart.`,
        zh: `源模型把您的图像几乎都归入其 ${unlabelled.of} 个类别中的约 ${unlabelled.classesUsed.toFixed(1)} 个：它可能看不出区别。`
      })
    }
  }
  if (sourceKind === 'fresh') {
    remarks.push(nothingLearned)
  }
  const lead = scores[0]
  if (sourceKind !== 'fresh' && lead?.source?.interval && lead.pixels && lead.source.interval[1] < lead.pixels.value) {
    remarks.push({ en: 'The bare pixels tell your classes apart better than this source does: another source, or training from scratch, is worth a look.',
      zh: '原始像素比该源模型更能区分您的类别：值得换一个源模型，或从零训练。' })
  }
  if (first?.expected && second?.expected && first.expected.interval[0] < second.expected.accuracy) {
    remarks.push({ en: 'The first two are too near to each other to tell apart in advance.', zh: '前两种方法过于接近，事先无法区分。' })
  }
  return remarks
}
