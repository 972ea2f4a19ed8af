import { countOf, domainSteps, sourceChoice, trainingDomains } from '../domains'
import type { ChoiceFacts } from './facts'

/** Training images of the target that the method may learn from. */
function targetImages({ method: { needs }, target, domain, labels }: ChoiceFacts): number {
  const all = countOf(target, 'train', domain === undefined ? undefined : { only: domain })
  const { perClass } = target.splits.train ?? {}
  if (typeof labels === 'string' || needs.targetLabels === 'none' || needs.targetImages === true || !perClass) return all
  return Math.min(all, perClass.reduce((sum, count) => sum + Math.min(count, labels.perClass), 0))
}

/** The part of the source data that is learned from. */
export const choiceOfSource = ({ target, domain, sourceData, sourceDomains }: ChoiceFacts): ReturnType<typeof sourceChoice> =>
  sourceChoice({ source: { dataset: sourceData?.id, domains: sourceDomains }, target: { dataset: target.id, domain } })

/** Images that an epoch shows once: of the source where the method learns from it, else of the target. */
export const imagesOf = (facts: ChoiceFacts): number => facts.method.needs.sourceData
  ? facts.sourceData ? countOf(facts.sourceData, 'train', choiceOfSource(facts)) : 0
  : targetImages(facts)

/** Steps of one epoch. */
export function stepsOf(facts: ChoiceFacts, batchSize: number): number {
  const domains = facts.method.needs.domains !== undefined && facts.sourceData ? trainingDomains(facts.sourceData, choiceOfSource(facts)) : []
  return Math.max(1, domains.length > 0 ? domainSteps(domains, batchSize) : Math.ceil(imagesOf(facts) / batchSize))
}
