import type { Dataset } from '../../contract/datasets'
import type { ErrorValue } from '../../contract/errors'
import type { MethodSummary } from '../../contract/methods'
import type { Spec } from '../../contract/runs'
import { choiceText, countOf, sourceChoice, trainingDomains, unknownDomain } from '../domains'
import { problem } from '../facts'
import { finding, type Chosen, type Finding } from './finding'

/** What is wrong with a target that is one domain of its data set. */
export function checkTargetDomain(method: MethodSummary | undefined, { target: { domain, labels } }: Spec, dataset: Dataset): ErrorValue[] {
  if (domain === undefined) return []
  if (!dataset.domains?.includes(domain)) return [unknownDomain(dataset, domain).value]
  const learns = labels !== 'none' || method?.needs.targetImages === true
  if (!learns || countOf(dataset, 'train', { only: domain }) > 0) return []
  return [{
    code: 'no-training-images', field: 'target.domain', usage: true,
    message: {
      en: `The domain “${domain}” of “${dataset.name}” has no training images.`, zh: `“${dataset.name}”的域“${domain}”没有训练图像。`
    },
    remedy: {
      en: 'Choose another domain, or a method that needs no image of the target.', zh: '请选择其他域，或选择不需要目标图像的方法。'
    }
  }]
}

/** What is wrong with the domains of the source data set that a spec names. */
export function checkSourceDomains({ needs, title }: MethodSummary, { source, target }: Spec, dataset: Dataset | undefined): ErrorValue[] {
  const { domains } = source
  if (!domains) return []
  if (!needs.sourceData || source.dataset === undefined) {
    return [problem(
      'no-source-data', 'source.domains',
      needs.sourceData
        ? { en: 'Domains of the source are named, and no source data set is chosen.', zh: '指定了源的域，但未选择源数据集。' }
        : { en: `Domains of the source are named, and ${title.en} learns from no source images.`, zh: `指定了源的域，但“${title.zh}”不从源图像学习。` },
      { en: 'Leave the domains out, or choose a method and a data set that have them.', zh: '请不要指定域，或选择使用它们的方法与数据集。' }
    )]
  }
  if (!dataset) return []
  const stray = domains.find((name) => !dataset.domains?.includes(name))
  if (stray !== undefined) return [unknownDomain(dataset, stray, 'source.domains').value]
  if (source.dataset !== target.dataset || target.domain === undefined || !domains.includes(target.domain)) return []
  return [problem(
    'source-is-target', 'source.domains',
    { en: `“${target.domain}” is the target: it cannot be learned from too.`, zh: `“${target.domain}”是目标，不能同时作为源。` },
    { en: 'Leave it out of the source, or choose another target.', zh: '请将其从源中去掉，或选择其他目标。' }
  )]
}

/** What is wrong with the domains that a method is to learn across. */
export function unmetDomains({ title, needs }: MethodSummary, chosen: Chosen, source: Dataset): Finding[] {
  if (needs.domains === undefined) return []
  const reason = { en: `Needs source data of ${needs.domains} domains or more.`, zh: `需要至少包含 ${needs.domains} 个域的源数据。` }
  const names = source.domains ?? []
  if (source.id === chosen.target.dataset && chosen.target.domain === undefined && names.length > 0) {
    return [finding(
      reason, 'needs-target-domain', 'target.domain',
      {
        en: `${title.en} is tested on a domain that it has not seen, and source and target are both all of “${source.name}”.`,
        zh: `“${title.zh}”须在未见过的域上测试，而源与目标都是整个“${source.name}”。`
      },
      { en: `Name the domain to leave out: one of ${names.join(', ')}.`, zh: `请指定要留出的域：${names.join('、')} 之一。` }
    )]
  }
  const choice = sourceChoice(chosen)
  const count = Math.max(1, trainingDomains(source, choice).length)
  if (count >= needs.domains) return []
  return [finding(
    reason, 'needs-domains', 'source.dataset',
    {
      en: `${title.en} needs source images from at least ${needs.domains} domains; “${source.name}” has ${count}${choiceText(choice, 'en')}.`,
      zh: `“${title.zh}”需要至少 ${needs.domains} 个域的源图像，而“${source.name}”${choiceText(choice, 'zh')}只有 ${count} 个。`
    },
    { en: 'Choose a source data set with more domains.', zh: '请选择含有更多域的源数据集。' }
  )]
}
