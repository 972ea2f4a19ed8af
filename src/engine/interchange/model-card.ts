import type { Dataset } from '../../contract/datasets'
import type { ModelSummary } from '../../contract/models'
import type { Run, Score } from '../../contract/runs'
import { noThreshold, temperatureText, turnedAwayText, unlikeText } from '../../rules/format/calibration'
import { balanceTexts } from '../../rules/format/balance'
import { percent } from '../../rules/format/figures'
import { labelsText } from '../../rules/format/labels'
import { scoreName } from '../../rules/format/scores'
import { inLanguage, type Language, type Text } from '../../contract/text'
import { choiceText, countOf } from '../../rules/domains'
import { grantedImages, learnedFrom, learnedName } from '../../rules/specs/learned-from'
import { testedWords } from '../../rules/tested'

/** All that a model card tells. */
export interface CardContent {
  summary: ModelSummary
  /** The run that the model comes from, and its method. */
  run?: Run
  method?: { title: Text, reference: string }
  /** The imported model that the run began with, where it is still there. */
  source?: ModelSummary
  /** The data set whose labels it learned from, where that is still there. */
  dataset?: Dataset
  /** Programs that load the files. */
  load: readonly { language: string, from: string, code: string }[]
  /** Whether images go in channels first. */
  channelsFirst: boolean
  /** Whether bytes go in, and the file normalises them by itself. */
  normalises: boolean
  /** Whether the file also gives the probabilities by themselves. */
  givesProbabilities: boolean
  version: string
  language: Language
}

/** A model card in Markdown, as Mitchell et al. 2019 ask for: what it is, data, method, figures, limits. */
export function modelCard(content: CardContent): string {
  const { summary, run, method, load, channelsFirst, normalises, givesProbabilities, version, language } = content
  const say = (text: Text): string => inLanguage(text, language)
  const { input: [height, width, channels], normalisation: { mean, standardDeviation }, classes, parameters, architecture } = summary
  const shape = channelsFirst ? `[batch, ${channels}, ${height}, ${width}]` : `[batch, ${height}, ${width}, ${channels}]`
  const sections = [
    `# ${plain(summary.name)}`,
    say({
      en: `An image classifier (${architecture}, ${parameters} parameters, ${classes.length} classes), exported by Graft ${version}.`,
      zh: `图像分类器（${architecture}，${parameters} 个参数，${classes.length} 个类别），由 Graft ${version} 导出。`
    }),
    `## ${say({ en: 'Loading it', zh: '加载' })}`,
    say({
      en: 'In each program, images are pixels of 0 to 255: in Python an array [batch, height, width, channels], in JavaScript the same numbers in a row.',
      zh: '在每段程序中，images 是 0 到 255 的像素：Python 中为数组 [批, 高, 宽, 通道]，JavaScript 中为同样顺序的一列数。'
    }),
    ...load.map(({ language: written, from, code }) => `${from}:\n\n\`\`\`${written}\n${code}\n\`\`\``),
    say(normalises ? {
      en: `Input: ${shape}, pixels of 0 to 255 as they are; the file normalises them by itself: (x / 255 − mean) / standard deviation, with mean ${mean.join(', ')} and standard deviation ${standardDeviation.join(', ')}. Output: logits [batch, ${classes.length}]; their softmax are the probabilities.`,
      zh: `输入：${shape}，像素值 0 到 255 原样输入；文件自行归一化：(x / 255 − 均值) / 标准差，均值 ${mean.join(', ')}，标准差 ${standardDeviation.join(', ')}。输出：logits [batch, ${classes.length}]，经 softmax 得到概率。`
    } : {
      en: `Input: ${shape} as 32-bit numbers, normalised by channel: (x / 255 − mean) / standard deviation, with mean ${mean.join(', ')} and standard deviation ${standardDeviation.join(', ')}. The file does not normalise by itself. Output: logits [batch, ${classes.length}]; their softmax are the probabilities.`,
      zh: `输入：32 位浮点 ${shape}，按通道归一化：(x / 255 − 均值) / 标准差，均值 ${mean.join(', ')}，标准差 ${standardDeviation.join(', ')}。文件本身不做归一化。输出：logits [batch, ${classes.length}]，经 softmax 得到概率。`
    }),
    ...(givesProbabilities ? [say({
      en: `A second output, probabilities [batch, ${classes.length}], gives them at the temperature below. What the classifier learned is in the file, in plain operators that every runtime has.`,
      zh: `第二个输出 probabilities [批, ${classes.length}] 按下述温度直接给出概率。分类器学到的内容就在文件中，只用各运行环境都有的普通算子写成。`
    })] : []),
    `## ${say({ en: 'Classes', zh: '类别' })}`,
    classes.map((name, index) => `${index}. ${plain(name)}`).join('\n'),
    `## ${say({ en: 'Data', zh: '数据' })}`,
    dataText(content, say),
    `## ${say({ en: 'Method', zh: '方法' })}`,
    methodText(run, method, summary, say),
    `## ${say({ en: 'Figures', zh: '指标' })}`,
    figuresText(run, say),
    `## ${say({ en: 'Confidence and other things', zh: '置信度与其他事物' })}`,
    confidenceText(summary, say),
    `## ${say({ en: 'Licence', zh: '许可' })}`,
    licenceText(content, say)
  ]
  return `${sections.join('\n\n')}\n`
}

/** The domains of the source that were named, in brackets. */
const namedDomains = ({ source: { domains } }: Run['spec'], language: Language): string => choiceText(domains && { among: domains }, language)

type Say = (text: Text) => string

function dataText({ run, dataset }: CardContent, say: Say): string {
  if (!run) return say({ en: 'Not known: the model was imported.', zh: '未知：该模型是导入的。' })
  const { spec, names } = run
  const chose = run.metrics.validation !== undefined
  const granted = spec.target.labels === 'all' ? say({ en: 'all training labels', zh: '全部训练标签' })
    : say({ en: labelsText(spec.target, 'en', chose), zh: labelsText(spec.target, 'zh', chose) })
  const { side, choice } = learnedFrom(spec)
  const ofSource = side === 'source'
  const train = dataset && (ofSource ? countOf(dataset, 'train', choice) : spec.target.labels === 'none' ? countOf(dataset, 'train', choice) : grantedImages(dataset, spec.target))
  const labelled = ofSource ? say({ en: 'all training labels', zh: '全部训练标签' }) : granted
  const nameNow = (): string | undefined => dataset?.name
  const learned = { en: plain(learnedName(run, nameNow)), zh: plain(learnedName(run, nameNow, 'zh')) }
  return [
    say({
      en: `- Trained on: ${learned.en} (${labelled}${train === undefined ? '' : `; ${train} training images`}).`,
      zh: `- 训练数据：${learned.zh}（${labelled}${train === undefined ? '' : `；${train} 张训练图像`}）。`
    }),
    ...(ofSource ? [say({ en: `- Target: ${plain(names.target)} (${granted}).`, zh: `- 目标：${plain(names.target)}（${granted}）。` })] : []),
    say({ en: `- Source model: ${plain(names.source)} (${spec.source.model}).`, zh: `- 源模型：${plain(names.source)}（${spec.source.model}）。` }),
    ...(spec.source.dataset === undefined ? [] : [say({ en: `- Source data: ${spec.source.dataset}${plain(namedDomains(spec, 'en'))}.`, zh: `- 源数据：${spec.source.dataset}${plain(namedDomains(spec, 'zh'))}。` })]),
    ...(dataset?.provenance.preparation === undefined ? [] : [say({ en: `- Preparation: ${plain(dataset.provenance.preparation)}.`, zh: `- 处理：${plain(dataset.provenance.preparation)}。` })])
  ].join('\n')
}

function methodText(run: Run | undefined, method: CardContent['method'], { origin }: ModelSummary, say: Say): string {
  if (!run) {
    return origin
      ? say({ en: `Imported from ${plain(origin.file)} (${origin.format}); how it was trained is not known.`, zh: `导入自 ${plain(origin.file)}（${origin.format}）；训练方式未知。` })
      : say({ en: 'How it was trained is not known.', zh: '训练方式未知。' })
  }
  const { chosen, spec: { method: { params }, training } } = run
  const score = scoreName(chosen?.score ?? '')
  const list = (values: Record<string, unknown>): string =>
    Object.entries(values).map(([name, value]) => `${name} ${Array.isArray(value) ? value.join('+') : String(value)}`).join(', ')
  return [
    `${say(method?.title ?? { en: run.names.method, zh: run.names.method })}${method ? ` (${method.reference})` : ''}.`,
    ...(Object.keys(params).length > 0 ? [say({ en: `- Parameters: ${list(params)}.`, zh: `- 参数：${list(params)}。` })] : []),
    say({ en: `- Training: ${list(training)}.`, zh: `- 训练：${list(training)}。` }),
    say({ en: `- Epochs run: ${run.epochs}.`, zh: `- 实际轮数：${run.epochs}。` }),
    ...(chosen ? [say({ en: `- Weights of epoch ${chosen.epoch}, chosen by ${score.en.toLowerCase()}.`, zh: `- 采用第 ${chosen.epoch} 轮的权重，依据${score.zh}。` })] : [])
  ].join('\n')
}

const titles: Record<keyof Run['metrics'], Text> = {
  test: { en: 'test', zh: '测试' }, validation: { en: 'validation', zh: '验证' }, train: { en: 'training', zh: '训练' }
}

function figuresText(run: Run | undefined, say: Say): string {
  const scores = (['test', 'validation', 'train'] as const).flatMap((split): [Text, Score][] => {
    const score = run?.metrics[split]
    return score ? [[titles[split], score]] : []
  })
  if (scores.length === 0) return say({ en: 'None were taken.', zh: '没有测得的指标。' })
  const test = run?.metrics.test
  const tested = run && testedWords(run.spec)
  return [
    ...(tested ? [say(tested)] : []),
    [say({ en: '| split | images | accuracy | balanced accuracy | macro-F1 | loss |', zh: '| 部分 | 图像数 | 准确率 | 平衡准确率 | 宏平均 F1 | 损失 |' }),
      '|---|---:|---:|---:|---:|---:|',
      ...scores.map(([title, score]) => `| ${[say(title), score.n, percent(score.accuracy), ...balanceTexts(score), score.loss.toFixed(4)].join(' | ')} |`)].join('\n'),
    ...(test ? [[say({ en: '| class | test images | accuracy |', zh: '| 类别 | 测试图像数 | 准确率 |' }), '|---|---:|---:|',
      ...test.perClass.map((entry) => `| ${plain(entry.class)} | ${entry.n} | ${entry.accuracy === null ? '–' : percent(entry.accuracy)} |`)].join('\n')] : [])
  ].join('\n\n')
}

/** How sure its answers are, how pictures of other things are told, and how both are computed. */
function confidenceText({ calibration, classifier }: ModelSummary, say: Say): string {
  if (!calibration) return say(noThreshold)
  const { temperature, noneOfThese } = calibration
  const told = temperatureText(calibration)
  const unlike = unlikeText(calibration)
  return [
    ...(told ? [say(told), say({ en: `Probabilities: softmax(logits / ${temperature!.toFixed(4)}).`, zh: `概率：softmax(logits / ${temperature!.toFixed(4)})。` })] : []),
    say(turnedAwayText(calibration)),
    ...(noneOfThese ? [say(noneOfThese.score === 'energy' && !classifier ? {
      en: `A picture is none of the classes where its energy, −log Σ exp(logits), is above ${noneOfThese.threshold.toFixed(4)}.`,
      zh: `若图片的能量 −log Σ exp(logits) 高于 ${noneOfThese.threshold.toFixed(4)}，则它不属于任何类别。`
    } : {
      en: `A picture is none of the classes where its largest probability is below ${(1 - noneOfThese.threshold).toFixed(4)}.`,
      zh: `若图片的最大概率低于 ${(1 - noneOfThese.threshold).toFixed(4)}，则它不属于任何类别。`
    })] : []),
    ...(unlike ? [say(unlike), say({
      en: 'The exported file does not measure that distance; Graft does where it is asked about a picture, with the features that it keeps beside the model.',
      zh: '导出的文件不计算该距离；在 Graft 中识别图片时，会用保存在模型旁的特征计算。'
    })] : [])
  ].join('\n\n')
}

function licenceText({ dataset, run, summary, source }: CardContent, say: Say): string {
  const { origin } = run ? source ?? {} : summary
  const licence = dataset?.provenance.licence
  return [
    say({
      en: 'Graft claims no rights in this model. Whether it may be used and passed on depends on the licences of its source model and of its training data.',
      zh: 'Graft 不对该模型主张任何权利。能否使用和分发，取决于其源模型与训练数据的许可。'
    }),
    ...(origin?.licence === undefined ? [] : [
      run ? say({ en: `Source model: ${plain(origin.licence)}.`, zh: `源模型：${plain(origin.licence)}。` }) : say({ en: `This model: ${plain(origin.licence)}.`, zh: `该模型：${plain(origin.licence)}。` }),
      plain([origin.attribution, origin.source].filter(Boolean).join(' '))
    ]),
    ...(licence === undefined ? [say({ en: 'The licence of the training data is not recorded.', zh: '训练数据的许可没有记录。' })]
      : [say({ en: `Training data: ${plain(licence)}.`, zh: `训练数据：${plain(licence)}。` })]),
    ...(dataset?.provenance.attribution === undefined ? [] : [plain(dataset.provenance.attribution)])
  ].join('\n\n')
}

/** A name as Markdown shows it: no marks of its own take effect. */
const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>#|]/g, '\\$&')
