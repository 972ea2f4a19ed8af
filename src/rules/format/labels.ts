import type { Spec } from '../../contract/runs'
import type { Language } from '../../contract/text'
import { count } from './figures'

type Granted = Pick<Spec['target'], 'labels' | 'validationLabels'>

/**
 * The target labels that a spec grants, in words. Few labels that others helped to choose the epoch are told with these: a
 * label that chooses is a label used.
 * @param chose whether there were labelled validation images to choose with
 */
export function labelsText({ labels, validationLabels = 'all' }: Granted, language: Language, chose: boolean): string {
  const zh = language === 'zh'
  if (labels === 'all') return zh ? '全部标签' : 'all labels'
  if (labels === 'none') return zh ? '无标签' : 'no labels'
  const learned = count(labels.perClass)
  if (!chose) return zh ? `每类 ${learned} 个标签` : `${learned} labels per class`
  if (validationLabels === 'all') {
    return zh ? `每类 ${learned} 个标签用于学习，全部验证标签用于选择轮次` : `${learned} labels per class to learn from, all validation labels to choose the epoch`
  }
  const choosing = count(validationLabels.perClass)
  return zh ? `每类 ${learned} 个标签用于学习，每类 ${choosing} 个用于选择轮次`
    : `${learned} labels per class to learn from, ${choosing} per class to choose the epoch`
}

/** The same for a column of a table: `10 + 10 per class`. */
export function labelsShort({ labels, validationLabels = 'all' }: Granted, language: Language, chose: boolean): string {
  const zh = language === 'zh'
  if (labels === 'all') return zh ? '全部' : 'all'
  if (labels === 'none') return zh ? '无' : 'none'
  const learned = count(labels.perClass)
  if (!chose) return zh ? `每类 ${learned} 个` : `${learned} per class`
  if (validationLabels === 'all') return zh ? `每类 ${learned} 个 + 全部验证` : `${learned} per class + all validation`
  return zh ? `每类 ${learned} + ${count(validationLabels.perClass)} 个` : `${learned} + ${count(validationLabels.perClass)} per class`
}
