import type { Run, Score, Spec } from '../../../contract/runs'
import type { Language } from '../../../contract/text'
import { choiceText, sourceChoice } from '../../../rules/domains'
import { marksOf } from '../../../rules/marks'
import { standingOf } from '../../../rules/states'
import { noneOfThese, temperatureText, turnedAwayText, unlikeText, unlikeTraining } from '../../../rules/format/calibration'
import { facts } from '../../../rules/format/columns'
import { count, duration, figure, moment, percent } from '../../../rules/format/figures'
import { labelsText } from '../../../rules/format/labels'
import { balanceOf } from '../../../rules/statistics/balance'
import { backendText, computationText } from '../../../rules/format/records'
import { keptByWords } from '../../../rules/format/scores'
import { selectionText } from './selection'

/** Scores without the confusion counts, which grow with the square of the classes. */
const shortMetrics = (metrics: Run['metrics']): Record<string, Score> =>
  Object.fromEntries(Object.entries(metrics).flatMap(([split, score]) => {
    if (score === undefined) return []
    const { confusion: _, ...rest } = score
    return [[split, { ...rest, ...balanceOf(score) }]]
  }))

/** A run as `--json` shows it: its record, with the kind of backend under `backend` and its details under `compute`. */
export function runDocument(run: Run): Record<string, unknown> {
  const { id, name, state, metrics, epochs, seconds, imagesPerSecond, backend, spec, schemaVersion: _, ...rest } = run
  return {
    id, name, state, metrics: shortMetrics(metrics), epochs, seconds,
    imagesPerSecond: imagesPerSecond ?? null, backend: backend?.kind ?? null, spec, compute: backend ?? null, ...rest
  }
}

/** The same for a list of runs, without long parts (hashes, versions). */
export function runEntry(run: Run): Record<string, unknown> {
  const { id, name, state, names, spec, epochs, seconds, createdAt, finishedAt, chosen, error, notes } = run
  return {
    id, name, method: spec.method.id, state, metrics: shortMetrics(run.metrics), epochs, seconds,
    imagesPerSecond: run.imagesPerSecond ?? null, backend: run.backend?.kind ?? null, spec, names, createdAt, finishedAt,
    chosen, error, notes, ...(run.study && { study: run.study }), ...marksOf(run)
  }
}

function scoreText(score: Score, language: Language): string {
  const { balancedAccuracy: balanced, macroF1: f1 } = balanceOf(score)
  if (language === 'zh') {
    const more = [...(balanced === undefined ? [] : [`平衡准确率 ${percent(balanced)}`]), ...(f1 === undefined ? [] : [`宏平均 F1 ${percent(f1)}`])]
    return `${percent(score.accuracy)}（${[`${count(score.n)} 张图像`, ...more, `损失 ${figure(score.loss)}`].join('，')}）`
  }
  const more = [...(balanced === undefined ? [] : [`balanced accuracy ${percent(balanced)}`]), ...(f1 === undefined ? [] : [`macro-F1 ${percent(f1)}`])]
  return [`${percent(score.accuracy)} of ${count(score.n)} images right`, ...more, `loss ${figure(score.loss)}`].join(', ')
}

/** What a run did and how it ended, in a few lines. */
export function runText(run: Run, language: Language): string {
  const zh = language === 'zh'
  const { train, validation, test } = run.metrics
  const { domain } = run.spec.target
  const lines = facts([
    [zh ? '运行' : 'run', run.id],
    [zh ? '名称' : 'name', run.name],
    [zh ? '状态' : 'state', standingOf(run)[language]],
    [zh ? '标记' : 'tags', run.marks?.tags.join(', ')],
    [zh ? '备注' : 'note', run.marks?.note],
    [zh ? '原因' : 'reason', run.error?.message[language]],
    [zh ? '源' : 'source', run.spec.source.model + (run.names.source === run.spec.source.model ? '' : ` (${run.names.source})`)],
    [zh ? '源数据' : 'source data', run.spec.source.dataset === undefined ? undefined : `${run.spec.source.dataset}${choiceText(sourceChoice(run.spec), language)}`],
    [zh ? '目标' : 'target', `${run.spec.target.dataset}${domain === undefined ? '' : ` (${domain})`}, ${labelsText(run.spec.target, language, validation !== undefined)}`],
    [zh ? '方法' : 'method', run.spec.method.id],
    [zh ? '测试' : 'test', test && scoreText(test, language)],
    [zh ? '验证' : 'validation', validation && scoreText(validation, language)],
    [zh ? '置信度' : 'confidence', run.calibration && temperatureText(run.calibration)?.[language]],
    [noneOfThese[language], run.calibration && turnedAwayText(run.calibration)[language]],
    [unlikeTraining[language], run.calibration && unlikeText(run.calibration)?.[language]],
    [zh ? '训练' : 'training', train && scoreText(train, language)],
    [zh ? '轮数' : 'epochs', `${run.epochs}/${run.spec.training.epochs}${chosenText(run, language)}`],
    [zh ? '用时' : 'time', [
      duration(run.seconds, language),
      run.imagesPerSecond === undefined ? '' : `${count(run.imagesPerSecond)} ${zh ? '张/秒' : 'images/s'}`
    ].filter(Boolean).join(', ')],
    [zh ? '设备' : 'device', run.backend && backendText(run.backend, language)],
    [zh ? '训练步' : 'steps', run.computation && computationText(run.computation)[language]],
    [zh ? '创建于' : 'created', moment(run.createdAt)]
  ])
  return [
    lines, ...run.unlearned ? [run.unlearned[language]] : [], ...run.notes.map((note) => `${zh ? '注意：' : 'Note: '}${note[language]}`),
    ...run.selection ? ['', selectionText(run.selection, language)] : []
  ].join('\n')
}

function chosenText(run: Run, language: Language): string {
  const { chosen } = run
  const by = keptByWords(run)
  if (!chosen || !by) return ''
  return language === 'zh' ? `，保留第 ${chosen.epoch} 轮（依据：${by.zh}）` : `, epoch ${chosen.epoch} kept (by: ${by.en})`
}

/** Why Graft chose a setting, after its value; nothing where somebody set it. */
function whyChosen({ chosen }: Spec, name: string, language: Language): string {
  const why = chosen?.[name]
  if (!why) return ''
  return language === 'zh' ? `（自动选择：${why.zh}）` : ` (chosen: ${why.en})`
}

/** What Graft chose for a spec, a line each; empty where everything was set. */
export function chosenSettingsText(spec: Spec, language: Language): string {
  const values: Record<string, unknown> = { ...spec.method.params, ...spec.training }
  return facts(Object.entries(spec.chosen ?? {}).map(([name, why]) => [name, `${String(values[name])}  ${why[language]}`]), '  ')
}

/** Method parameters and training settings of a spec, one per line. */
export function specText(spec: Spec, language: Language): string {
  const show = (value: unknown): string => Array.isArray(value) ? value.join(', ') || '–' : String(value)
  return facts([
    ...Object.entries(spec.method.params).map(([name, value]) => [`${spec.method.id}.${name}`, show(value) + whyChosen(spec, name, language)] as const),
    ...Object.entries(spec.training).map(([name, value]) => [`training.${name}`, show(value) + whyChosen(spec, name, language)] as const),
    [language === 'zh' ? '设备' : 'device', spec.device]
  ], '  ')
}
