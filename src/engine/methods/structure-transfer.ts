import type { Text } from '../../contract/text'
import { choice } from '../../contract/parameters'
import { matchWeights, type Match } from '../network/matching'
import { fineTuningStage } from './shared/fine-tuning'
import { defineMethod } from './shared/method'
import { studentOf, studentParameters, studentVariant } from './shared/student'
import { sourceOf } from './shared/supervised'

const { student, width } = studentParameters

/**
 * The structure of the source, alone or with its weights, at another width, depth or class count. Weights go where names
 * and places match and what goes into them came over too: see network/matching.ts. A widened network answers as the source does until it is trained, as in
 * Net2Net (Chen, Goodfellow and Shlens 2016, arXiv:1511.05641, section 2), with zeros in place of copied units.
 */
export const structureTransfer = defineMethod({
  id: 'structure-transfer',
  title: { en: 'Structure transfer', zh: '结构迁移' },
  summary: {
    en: 'Takes over the source\'s architecture, wider or narrower if you like, with all weights that match or with none.',
    zh: '沿用源模型的架构，可加宽或变窄，并带上所有匹配的权重，或完全不带权重。'
  },
  sentence: {
    en: 'Build {source} again ({student}, width {width}), copy {weights} weights and train on {images} of {target}.',
    zh: '重建 {source}（{student}，宽度 {width}），复制 {weights} 的权重，在 {target} 的 {images} 上训练。'
  },
  reference: 'Chen et al. 2016',
  family: 'structure',
  blocks: 'copied',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any', variant: studentVariant },
  parameters: {
    weights: choice({
      label: { en: 'Weights', zh: '权重' },
      help: { en: 'What comes over with the structure.', zh: '随结构一起带过来的内容。' },
      options: [
        { value: 'matching', label: { en: 'All that match', zh: '所有匹配的' } },
        { value: 'none', label: { en: 'None: the architecture alone', zh: '无：仅架构' } }
      ],
      default: 'matching'
    }),
    student: {
      ...student,
      label: { en: 'Architecture', zh: '架构' },
      help: {
        en: 'The source\'s own, or one of its family: blocks of the same name are matched.', zh: '源模型自身的架构，或同族架构：按同名的块匹配。'
      },
      options: [{ value: 'same', label: { en: 'The source\'s', zh: '与源模型相同' } }, ...student.options.slice(1)]
    },
    width: {
      ...width,
      label: { en: 'Width', zh: '宽度' },
      help: {
        en: 'Multiplies the filters and units of the architecture. Some come in one width only; they take 1.',
        zh: '架构中滤波器与单元数的倍数。部分架构只有一种宽度，须取 1。'
      },
      default: 1
    }
  },
  recipe: { classWeights: true },
  create: (context, { weights, ...variant }) => {
    const source = sourceOf(context)
    const network = studentOf(context, variant)
    if (weights === 'matching') for (const note of report(matchWeights(source, network))) context.note(note)
    return {
      network,
      stages: [fineTuningStage(context, { network })],
      dispose: () => network.dispose()
    }
  }
})

function report(matches: readonly Match[]): Text[] {
  const named = (how: Match['how']) => matches.filter((match) => match.how === how).map(({ block, copied, of }) =>
    how === 'part' ? `${block} (${(copied / of * 100).toPrecision(2)} %)` : block)
  const lines: [string[], string, string][] = [
    [named('whole'), 'Copied whole', '完整复制'], [named('part'), 'Copied in part', '部分复制'], [named('new'), 'New', '全新'],
    [named('withheld'), 'New, since what goes into them is new', '全新（因其输入是全新的）']
  ]
  return lines.filter(([blocks]) => blocks.length > 0).map(([blocks, en, zh]) => ({
    en: `${en}: ${blocks.join(', ')}.`, zh: `${zh}：${blocks.join('、')}。`
  }))
}
