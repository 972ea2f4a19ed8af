import type { PairedDifference, Run } from '../../contract/runs'
import type { Language, Text } from '../../contract/text'
import { points } from '../format/figures'
import { mcnemarWords } from '../statistics/verdicts'
import { stepsWords } from '../studies/steps'

const verdictNames: Record<PairedDifference['verdict'], Text> = {
  better: { en: 'better', zh: '更好' },
  worse: { en: 'worse', zh: '更差' },
  'no-evidence': { en: 'no evidence of a difference', zh: '没有差异的证据' },
  'not-comparable': { en: 'not comparable', zh: '不可比较' }
}

/** What the differences say, one sentence per pair. */
export function differenceText(pair: PairedDifference, runs: readonly Run[], language: Language): string {
  const nameOf = (id: string): string => runs.find((run) => run.id === id)?.name ?? id
  const zh = language === 'zh'
  const verdict = verdictNames[pair.verdict][language]
  const pairText = zh ? `${nameOf(pair.second)} 相对于 ${nameOf(pair.first)}` : `${nameOf(pair.second)} against ${nameOf(pair.first)}`
  const [first, second] = [pair.first, pair.second].map((id) => runs.find((run) => run.id === id)?.steps)
  const steps = first === undefined || second === undefined || pair.verdict === 'not-comparable' ? [] : [stepsWords(first, second)]
  const more = [...(pair.mcnemar ? [mcnemarWords(pair.mcnemar)] : []), ...(pair.reason ? [pair.reason] : []), ...steps].map((text) => text[language])
  const reason = more.length === 0 ? '' : zh ? `。${more.join('')}` : `. ${more.join(' ')}`
  if (pair.verdict === 'not-comparable') return `${pairText}${zh ? '：' : ': '}${verdict}${reason}`
  const interval = pair.interval && (zh
    ? `（95 % 区间 ${points(pair.interval[0])} 到 ${points(pair.interval[1])}）`
    : ` (95 % interval ${points(pair.interval[0])} to ${points(pair.interval[1])})`)
  return zh
    ? `${pairText}：${points(pair.difference)} 个百分点${interval ?? ''}，${verdict}${reason}`
    : `${pairText}: ${points(pair.difference)} points${interval ?? ''}, ${verdict}${reason}`
}
