import type { Comparison, EpochMetric, Metric, PairedDifference, Run } from '../../contract/runs'
import type { Language } from '../../contract/text'
import { balanceTexts } from '../format/balance'
import { count, duration, figure, moment, percent } from '../format/figures'
import { labelsShort } from '../format/labels'
import { chartSvg, escapeHtml, swatch, type Chart } from './chart'
import { differenceText } from './words'
import { standingOf } from '../states'

// Okabe–Ito's palette with enough contrast on white, and its lighter form for dark grounds.
const lightSeries = ['#0072b2', '#d55e00', '#00835f', '#b4558d', '#a06f00', '#2f86bb', '#6a6f68', '#1c1f1b']
const darkSeries = ['#56b4e9', '#f2803a', '#2fbf94', '#dd8fbb', '#e8a927', '#8bccf2', '#acb3a9', '#e9ebe6']
const strokes = (colours: readonly string[]): string =>
  colours.map((colour, index) => `.series-${index}{--series:${colour}}`).join('')

const style = `
:root{color-scheme:light dark;--surface:#fbfbf9;--text:#1c1f1b;--muted:#585d55;--line:#dddfd7;--better:#00674b;--worse:#a34100}
${strokes(lightSeries)}
@media (prefers-color-scheme:dark){:root{--surface:#131513;--text:#e9ebe6;--muted:#acb3a9;--line:#313630;--better:#63d6b3;--worse:#ffa36c}
${strokes(darkSeries)}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1200px;padding:32px 24px;background:var(--surface);color:var(--text);font:14px/1.5 system-ui,sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:28px;margin:0 0 4px}h2{font-size:20px;margin:32px 0 8px}p{margin:4px 0;color:var(--muted)}.note{color:var(--text)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{padding:6px 12px 6px 0;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}
th{font-weight:600;color:var(--muted)}.number{text-align:right}code{font-size:12px}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:24px}
figure{margin:0}figcaption{font-weight:600;margin-bottom:4px}svg{display:block;width:100%;height:auto}
svg text{fill:var(--muted);font:12px system-ui,sans-serif}.grid{stroke:var(--line)}
.line{fill:none;stroke:var(--series);stroke-width:2;stroke-linejoin:round}.mark{fill:var(--series)}
.swatch{width:32px;height:8px;display:inline-block;vertical-align:middle;margin-right:8px}
.better{color:var(--better)}.worse{color:var(--worse)}ul{padding-left:20px;margin:0}
`

/** What the page shows: a comparison and the series of its runs, in the same order. */
interface PageContent {
  comparison: Comparison
  /** What its person calls it, and wrote to it. */
  name?: string | undefined
  note?: string | undefined
  metrics: readonly (readonly Metric[])[]
  language: Language
  version: string
  now: Date
}

/** A comparison as one HTML page that needs nothing else: figures, differences, curves; light and dark; no script. */
export function comparisonPage({ comparison, name, note, metrics, language, version, now }: PageContent): string {
  const zh = language === 'zh'
  const { runs, differences } = comparison
  const title = name ?? (zh ? `Graft：比较 ${runs.length} 次运行` : `Graft: ${runs.length} runs compared`)
  const charts = chartsOf(runs, metrics, language).map(chartSvg).join('')
  return pageOf({ title, language, version, now }, [
    ...(note ?? '').split('\n').filter((line) => line.trim() !== '').map((line) => `<p class="note">${escapeHtml(line)}</p>`),
    `<h2>${zh ? '结果' : 'Figures'}</h2>`,
    `<div class="scroll">${figuresTable(runs, language)}</div>`,
    differences.length > 0 ? `<h2>${zh ? '差异' : 'Differences'}</h2>\n<ul>${differences.map((pair) => differenceItem(pair, runs, language)).join('')}</ul>` : '',
    charts && `<h2>${zh ? '曲线' : 'Curves'}</h2>\n<div class="charts">${charts}</div>`,
    `<h2>${zh ? '设置' : 'Settings'}</h2>`,
    `<div class="scroll">${settingsTable(runs, language)}</div>`
  ])
}

interface PageFrame { title: string, language: Language, version: string, now: Date }

/** One HTML page that needs nothing else, light and dark, without a script. */
export function pageOf({ title, language, version, now }: PageFrame, parts: readonly string[]): string {
  const zh = language === 'zh'
  return `<!doctype html>
<html lang="${zh ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>${zh ? '由 Graft' : 'Written by Graft'} ${escapeHtml(version)}, ${moment(now.toISOString())}</p>
${parts.filter(Boolean).join('\n')}
</body>
</html>
`
}

function differenceItem(pair: PairedDifference, runs: readonly Run[], language: Language): string {
  return `<li class="${pair.verdict}">${escapeHtml(differenceText(pair, runs, language))}</li>`
}

function figuresTable(runs: readonly Run[], language: Language): string {
  const zh = language === 'zh'
  const head = zh
    ? ['名称', '方法', '目标', '标签', '状态', '测试', '平衡准确率', '宏平均 F1', '损失', '验证', '轮数', '用时', '张/秒', '设备']
    : ['Name', 'Method', 'Target', 'Labels', 'State', 'Test', 'Balanced', 'Macro-F1', 'Loss', 'Validation', 'Epochs', 'Time', 'Images/s', 'Device']
  const numeric = new Set([5, 6, 7, 8, 9, 10, 11, 12])
  const cellClass = (column: number): string => numeric.has(column) ? ' class="number"' : ''
  const rows = runs.map((run, index) => {
    const { test, validation } = run.metrics
    const cells = [
      `${swatch(index)}${escapeHtml(run.name)}<br><code>${escapeHtml(run.id)}</code>`,
      ...[
        run.names.method, run.names.target, labelsShort(run.spec.target, language, validation !== undefined), standingOf(run)[language],
        test ? percent(test.accuracy) : '–', ...balanceTexts(test), test ? figure(test.loss) : '–', validation ? percent(validation.accuracy) : '–',
        String(run.epochs), duration(run.seconds, language),
        run.imagesPerSecond === undefined ? '–' : count(run.imagesPerSecond),
        run.backend?.kind ?? '–'
      ].map(escapeHtml)
    ]
    return `<tr>${cells.map((cell, column) => `<td${cellClass(column)}>${cell}</td>`).join('')}</tr>`
  })
  return `<table><thead><tr>${head.map((cell, column) => `<th scope="col"${cellClass(column)}>${cell}</th>`).join('')}</tr></thead>`
    + `<tbody>${rows.join('')}</tbody></table>`
}

/** Every setting with its value in each run; those that differ first. */
function settingsTable(runs: readonly Run[], language: Language): string {
  const valuesOf = (run: Run): Record<string, string> => Object.fromEntries(Object.entries({
    source: run.spec.source.model,
    ...(run.spec.source.dataset !== undefined && { sourceData: run.spec.source.dataset }),
    ...(run.spec.source.domains && { sourceDomains: run.spec.source.domains }),
    target: run.spec.target.dataset, ...(run.spec.target.domain !== undefined && { targetDomain: run.spec.target.domain }),
    ...(run.spec.target.testSplit && { testedOn: run.spec.target.testSplit }),
    method: run.spec.method.id,
    ...run.spec.method.params, ...run.spec.training, device: run.spec.device
  }).map(([key, value]) => [key, Array.isArray(value) ? value.join(', ') || '–' : String(value)]))
  const values = runs.map(valuesOf)
  const keys = [...new Set(values.flatMap((entry) => Object.keys(entry)))]
  const differs = (key: string): boolean => new Set(values.map((entry) => entry[key] ?? '–')).size > 1
  const ordered = [...keys.filter(differs), ...keys.filter((key) => !differs(key))]
  const head = [language === 'zh' ? '设置' : 'Setting', ...runs.map((run) => run.name)]
  return `<table><thead><tr>${head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join('')}</tr></thead><tbody>`
    + ordered.map((key) => {
      const cells = values.map((entry) => `<td>${escapeHtml(entry[key] ?? '–')}</td>`).join('')
      return `<tr><th scope="row">${differs(key) ? `<strong>${escapeHtml(key)}</strong>` : escapeHtml(key)}</th>${cells}</tr>`
    }).join('') + '</tbody></table>'
}

export const wholePercent = (share: number): string => `${Number((share * 100).toFixed(1))} %`

function chartsOf(runs: readonly Run[], metrics: readonly (readonly Metric[])[], language: Language): Chart[] {
  const zh = language === 'zh'
  const xLabel = zh ? '轮' : 'epoch'
  const lines = (valueOf: (line: EpochMetric) => number | undefined): Chart['series'] => runs.map((run, index) => ({
    label: run.name, index,
    points: epochLines(metrics[index] ?? []).flatMap((line, position): [number, number][] => {
      const value = valueOf(line)
      return value === undefined || !Number.isFinite(value) ? [] : [[position + 1, value]]
    })
  })).filter((series) => series.points.length > 0)
  return [
    { title: zh ? '验证正确率' : 'Validation accuracy', xLabel, format: percent, axisFormat: wholePercent, series: lines((line) => line.validation?.accuracy) },
    { title: zh ? '训练损失' : 'Training loss', xLabel, series: lines((line) => line.train.loss) },
    { title: zh ? '训练正确率' : 'Training accuracy', xLabel, format: percent, axisFormat: wholePercent, series: lines((line) => line.train.accuracy) },
    { title: zh ? '验证损失' : 'Validation loss', xLabel, series: lines((line) => line.validation?.loss) }
  ]
}

const epochLines = (metrics: readonly Metric[]): EpochMetric[] => metrics.filter((line): line is EpochMetric => line.kind === 'epoch')
