import { GraftError } from '../../contract/errors'
import type { MethodSummary } from '../../contract/methods'
import type { Method } from './shared/method'
import { adaBn } from './adabn'
import { adda } from './adda'
import { batchNormOnly } from './batch-norm-only'
import { lora } from './lora'
import { bss } from './bss'
import { cdan } from './cdan'
import { coTuning } from './co-tuning'
import { dan } from './dan'
import { dann } from './dann'
import { ddc } from './ddc'
import { deepCoral } from './deep-coral'
import { delta } from './delta'
import { distillation } from './distillation'
import { domainCoral } from './domain-coral'
import { ensemble } from './ensemble'
import { erm } from './erm'
import { featureDistillation } from './feature-distillation'
import { featureTransfer } from './feature-transfer'
import { fineTuning } from './fine-tuning'
import { fixmatch } from './fixmatch'
import { greedySoup } from './greedy-soup'
import { groupDro } from './group-dro'
import { irm } from './irm'
import { jan } from './jan'
import { kNearest } from './k-nearest'
import { l2Sp } from './l2-sp'
import { linearProbe } from './linear-probe'
import { logisticRegression } from './logistic-regression'
import { lpFt } from './lp-ft'
import { maskedImage } from './masked-image'
import { mcc } from './mcc'
import { mcd } from './mcd'
import { mdd } from './mdd'
import { mixup } from './mixup'
import { multiTeacher } from './multi-teacher'
import { randomForest } from './random-forest'
import { rotation } from './rotation'
import { ruleTransfer } from './rule-transfer'
import { scratch } from './scratch'
import { semiSupervisedDistillation } from './semi-supervised-distillation'
import { shot } from './shot'
import { simclr } from './simclr'
import { sourceOnly } from './source-only'
import { structureTransfer } from './structure-transfer'
import { svm } from './svm'
import { targetSupervised } from './target-supervised'
import { tent } from './tent'
import { uniformSoup } from './uniform-soup'
import { vrex } from './vrex'

/** Every transfer method: one file and one line each. */
export const methods: readonly Method[] = [
  scratch,
  sourceOnly,
  targetSupervised,
  fineTuning,
  linearProbe,
  lpFt,
  l2Sp,
  delta,
  bss,
  coTuning,
  batchNormOnly,
  lora,
  featureTransfer,
  structureTransfer,
  ruleTransfer,
  svm,
  randomForest,
  logisticRegression,
  kNearest,
  distillation,
  featureDistillation,
  semiSupervisedDistillation,
  ddc,
  dan,
  jan,
  deepCoral,
  dann,
  cdan,
  adda,
  mcd,
  mcc,
  mdd,
  adaBn,
  tent,
  shot,
  erm,
  irm,
  groupDro,
  vrex,
  mixup,
  domainCoral,
  fixmatch,
  rotation,
  simclr,
  maskedImage,
  multiTeacher,
  ensemble,
  uniformSoup,
  greedySoup
] as readonly unknown[] as readonly Method[]

/** @throws GraftError that names the known ones. */
export function methodOf(id: string): Method {
  const found = methods.find((method) => method.id === id)
  if (found) return found
  const known = methods.map((method) => method.id).join(', ')
  throw new GraftError('unknown-method', { en: `There is no method ${id}.`, zh: `没有名为 ${id} 的方法。` }, {
    usage: true, field: 'method.id', remedy: { en: `Known: ${known}.`, zh: `可用：${known}。` }
  })
}

/** The catalogue's entry: everything but the code. */
export function methodSummary({ create: _, ...summary }: Method): MethodSummary {
  return summary
}

export type { MethodRun } from './shared/method'
