import type { DepthPoint, StudyArm, StudyReport, StudyVerdict, TwinComparison } from '../../../contract/studies'
import type { Language, Text } from '../../../contract/text'
import { armBalanceTexts } from '../../../rules/format/balance'
import { table } from '../../../rules/format/columns'
import { scoreText } from '../../../rules/format/records'
import { points } from '../../../rules/format/figures'
import { controlStepsWords } from '../../../rules/studies/steps'

const studyVerdictNames: Record<StudyVerdict, Text> = {
  helped: { en: 'helped', zh: '有帮助' },
  'no-evidence': { en: 'no evidence', zh: '没有证据' },
  'negative-transfer': { en: 'negative transfer', zh: '负迁移' }
}

const settingText = (value: unknown): string => Array.isArray(value) ? value.join('+') || '–' : String(value)
export const armName = ({ method, settings }: StudyArm): string => [
  method, ...Object.entries(settings).filter(([path]) => path !== 'method.id')
    .map(([path, value]) => `${path.split('.').at(-1) ?? path}=${settingText(value)}`)
].join(' ')

/** The arms with their twins, then what each difference says. */
export function studyText({ id, arms, runs, done, depths, note }: StudyReport, language: Language): string {
  const zh = language === 'zh'
  const rows = arms.flatMap((arm) => [
    [armName(arm), scoreText(arm.score), ...armBalanceTexts(arm.score), `${arm.score.done}/${arm.score.runs.length}`, '', ''],
    ...arm.twins.map((twin) => [
      `  ${zh ? '对照' : 'twin'} ${twin.role}`, scoreText(twin.twin), ...armBalanceTexts(twin.twin), `${twin.twin.done}/${twin.twin.runs.length}`,
      twin.difference === undefined ? '–' : points(twin.difference),
      twin.verdict && twin.difference !== undefined ? studyVerdictNames[twin.verdict][language] : '–'
    ])
  ])
  const sentences = arms.flatMap((arm) => [
    ...arm.twins.map((twin) => differenceText(arm, twin, language)), ...arm.notes.map((note) => note[language])
  ])
  return [
    zh ? `研究 ${id}：已完成 ${done}/${runs} 次运行` : `Study ${id}: ${done} of ${runs} runs done`,
    '',
    table([
      { title: zh ? '设置' : 'arm' }, { title: zh ? '测试' : 'test', align: 'right' },
      { title: zh ? '平衡' : 'balanced', align: 'right' }, { title: zh ? '宏 F1' : 'macro-F1', align: 'right' }, { title: zh ? '运行' : 'runs', align: 'right' },
      { title: zh ? '差值' : 'difference', align: 'right' }, { title: zh ? '结论' : 'verdict' }
    ], rows),
    '',
    ...depths ? [depthsText(depths, language), ''] : [],
    ...new Set(sentences), ...note ? [note[language]] : []
  ].join('\n').trimEnd()
}

/** What a study says of one of its candidates, a line for each control that is done; nothing of a run that is none. */
export const verdictsText = ({ arms }: StudyReport, run: string, language: Language): string[] => arms
  .filter(({ score }) => score.runs.includes(run))
  .flatMap((arm) => arm.twins.filter(({ difference }) => difference !== undefined).map((twin) => differenceText(arm, twin, language)))

export const depthKindNames: Record<'tuned' | 'frozen', Text> = {
  tuned: { en: 'trained further', zh: '继续训练' }, frozen: { en: 'kept frozen', zh: '保持冻结' }
}

/** The lines of a depth-of-transfer curve that there are. */
export const depthKindsOf = (depths: readonly DepthPoint[]): ('tuned' | 'frozen')[] =>
  (['tuned', 'frozen'] as const).filter((kind) => depths.some((point) => point[kind]))

const widestBar = 24

/** The depth-of-transfer curve as bars, one for each point of each line. The longest bar is the best. */
function depthsText(depths: readonly DepthPoint[], language: Language): string {
  const kinds = depthKindsOf(depths)
  const most = Math.max(...depths.flatMap((point) => kinds.map((kind) => point[kind]?.mean ?? 0)))
  const bar = (mean: number): string => '█'.repeat(most > 0 ? Math.round(mean / most * widestBar) : 0)
  return table([
    { title: language === 'zh' ? '迁移的块' : 'blocks moved' },
    ...kinds.map((kind) => ({ title: depthKindNames[kind][language] }))
  ], depths.map((point) => [
    `${point.moved.length}  ${point.moved.at(-1) ?? (language === 'zh' ? '无' : 'none')}`,
    ...kinds.map((kind) => {
      const score = point[kind]
      return score?.mean === undefined ? '–' : `${bar(score.mean).padEnd(widestBar)} ${scoreText(score)}`
    })
  ]))
}

function differenceText(arm: StudyArm, twin: TwinComparison, language: Language): string {
  const zh = language === 'zh'
  const pair = zh ? `${armName(arm)} 相对于 ${twin.role}` : `${armName(arm)} against ${twin.role}`
  const told = [...twin.reason ? [twin.reason[language]] : [], ...twin.steps ? [controlStepsWords(twin.steps)[language]] : []]
  const reason = told.length > 0 ? `${zh ? '。' : '. '}${told.join(zh ? '' : ' ')}` : ''
  if (twin.difference === undefined) return `${pair}${zh ? '：无法比较' : ': nothing to compare'}${reason}`
  const over = twin.over === 'seeds' ? (zh ? `，${twin.pairs} 个种子` : `, ${twin.pairs} seeds`) : ''
  const interval = twin.interval && (zh
    ? `（95 % 区间 ${points(twin.interval[0])} 到 ${points(twin.interval[1])}${over}）`
    : ` (95 % interval ${points(twin.interval[0])} to ${points(twin.interval[1])}${over})`)
  const verdict = twin.verdict ? `${zh ? '，' : ', '}${studyVerdictNames[twin.verdict][language]}` : ''
  return zh
    ? `${pair}：${points(twin.difference)} 个百分点${interval ?? ''}${verdict}${reason}`
    : `${pair}: ${points(twin.difference)} points${interval ?? ''}${verdict}${reason}`
}
