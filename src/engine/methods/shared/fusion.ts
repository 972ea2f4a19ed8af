import { models } from '../../../contract/parameters'
import type { Text } from '../../../contract/text'
import type { ModelRef } from '../../../contract/models'
import type { Network } from '../../network/network'
import type { MethodContext } from './method'
import { sourceOf } from './supervised'

/** How many models may join the source; the form and the check know it from the needs. */
export const companions = { minimum: 1, maximum: 15 }

/** The models beside the source. */
export const modelsParameter = models({
  label: { en: 'Models', zh: '模型' },
  help: { en: 'Saved models that join the source; each counts as much as it does.', zh: '与源模型合并的已保存模型；各模型权重相同。' },
  default: [], ...companions
})

/** One of several models, and how notes call it. */
export interface Member { title: Text, network: Network }

/** The source first, then the models that were named beside it. */
export function together(context: MethodContext, references: readonly ModelRef[]): Member[] {
  return [
    { title: { en: 'the source', zh: '源模型' }, network: sourceOf(context) },
    ...references.map((reference): Member => ({ title: { en: reference, zh: reference }, network: context.teachers.get(reference)! }))
  ]
}
