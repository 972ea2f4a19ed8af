import type { StudyReport } from '../../../contract/studies'
import type { Language } from '../../../contract/text'
import { armBalanceTexts } from '../../../rules/format/balance'
import { percent } from '../../../rules/format/figures'
import { chartSvg, escapeHtml, swatch } from '../../../rules/page/chart'
import { pageOf, wholePercent } from '../../../rules/page/page'
import { armName, depthKindNames, depthKindsOf, studyText } from './study'
import { scoreText } from '../../../rules/format/records'

interface StudyPageContent { report: StudyReport, language: Language, version: string, now: Date }

/** A study as a page: the depth-of-transfer curve where it draws one, its arms, and what the differences say. */
export function studyPage({ report, language, version, now }: StudyPageContent): string {
  const zh = language === 'zh'
  const rows = report.arms.map((arm) => [armName(arm), scoreText(arm.score), ...armBalanceTexts(arm.score), `${arm.score.done}/${arm.score.runs.length}`])
  const head = zh ? ['设置', '测试', '平衡', '宏 F1', '运行'] : ['Arm', 'Test', 'Balanced', 'Macro-F1', 'Runs']
  const cells = (tag: 'td' | 'th', texts: readonly string[]): string => texts.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join('')
  return pageOf({ title: `Graft: ${report.id}`, language, version, now }, [
    curveOf(report, language),
    `<h2>${zh ? '结果' : 'Figures'}</h2>`,
    `<div class="scroll"><table><thead><tr>${cells('th', head)}</tr></thead><tbody>`
    + rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('') + '</tbody></table></div>',
    `<h2>${zh ? '全文' : 'In words'}</h2>`,
    `<pre class="scroll">${escapeHtml(studyText(report, language))}</pre>`
  ])
}

function curveOf({ depths }: StudyReport, language: Language): string {
  if (!depths) return ''
  const zh = language === 'zh'
  const kinds = depthKindsOf(depths)
  const series = kinds.map((kind, index) => ({
    label: depthKindNames[kind][language], index,
    points: depths.flatMap((point): [number, number][] => {
      const mean = point[kind]?.mean
      return mean === undefined ? [] : [[point.moved.length, mean]]
    })
  }))
  const chart = chartSvg({
    title: zh ? '迁移深度：测试正确率' : 'Depth of transfer: test accuracy', xLabel: zh ? '迁移的块数' : 'blocks moved',
    format: percent, axisFormat: wholePercent, series
  })
  const legend = series.map(({ label, index }) => `${swatch(index)}${escapeHtml(label)}`).join(' &nbsp; ')
  const names = depths.map(({ moved }) => `${moved.length} ${moved.at(-1) ?? (zh ? '无' : 'none')}`).join(' · ')
  return chart && `<div class="charts"><div>${chart}<p>${legend}</p><p>${escapeHtml(names)}</p></div></div>`
}
