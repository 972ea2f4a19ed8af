import type { ExaminationRequest, ExaminedFinding, ShortcutSign, Trouble } from '../../contract/examinations'
import type { Text } from '../../contract/text'
import { count as figure, percent } from '../format/figures'

/** What the sentences of a finding are made of. */
export interface FindingFacts {
  count: number
  /** Pictures that could have had it. */
  of: number
  /** A shortcut's class, by name, and what tells it. */
  class?: string
  sign?: ShortcutSign
  /** How often the rule that judges the labels is right, or the one that takes the shortcut. */
  accuracy?: number
  /** Whether pictures of the test are among them. */
  inTest?: boolean
}

type Words = (facts: FindingFacts) => Pick<ExaminedFinding, 'level' | 'title' | 'text' | 'remedy'>

const signs: Record<ShortcutSign, Text> = {
  colour: { en: 'the mean colour', zh: '平均颜色' },
  border: { en: 'the even border around the picture', zh: '图像四周的均匀边框' },
  sharpness: { en: 'how much fine detail there is (large files that were shrunk against small ones that were enlarged)', zh: '细节多少（缩小的大文件与放大的小文件之别）' }
}
const pictures = (count: number): string => count === 1 ? '1 picture' : `${figure(count)} pictures`
const are = (count: number): string => count === 1 ? 'is' : 'are'

const words: Record<Trouble, Words> = {
  'label-errors': ({ count, of, accuracy = 0 }) => ({
    level: 'warning',
    title: { en: 'Labels that are likely wrong', zh: '可能有误的标签' },
    text: {
      en: `${pictures(count)} of ${figure(of)} ${are(count)} taken for another class than the one given, more clearly than usual, by a rule that had not learned from that picture. The rule agrees with ${percent(accuracy)} of all labels: the lower that is, the more of these are its own mistakes. Wrong labels cost accuracy; in the test they falsify it.`,
      zh: `${figure(of)} 张图像中有 ${figure(count)} 张，被未用其学习的规则较为明确地判为其他类别。该规则与全部标签的一致率为 ${percent(accuracy)}：越低，其中属于规则自身错误的就越多。错误标签会降低准确率；在测试集中则使其失真。`
    },
    remedy: {
      en: 'Look at each: give it the suggested class, keep it, or leave it out. Rare but right pictures are among them.',
      zh: '请逐张查看：改为建议的类别、保留或剔除。其中也会有少见但正确的图像。'
    }
  }),
  'copies-across-splits': ({ count, inTest = true }) => ({
    level: 'warning',
    title: inTest ? { en: 'The same picture in training and in the test', zh: '训练与测试中的相同图像' }
      : { en: 'The same picture in several splits', zh: '多个划分中的相同图像' },
    text: {
      en: `${pictures(count)} for testing or validation ${count === 1 ? 'has its' : 'have their'} like in an earlier split, to the last pixel or nearly so. What was learned by heart counts as right there: the score flatters.`,
      zh: `测试或验证中有 ${figure(count)} 张图像在前面的划分中有完全相同或几乎相同的图像。死记的内容在此也算正确，分数因而偏高。`
    },
    remedy: { en: 'Leave them out of training.', zh: '请将其从训练中剔除。' }
  }),
  'alike-across-classes': ({ count }) => ({
    level: 'warning',
    title: { en: 'Look-alikes in different classes', zh: '不同类别中的相似图像' },
    text: {
      en: `${pictures(count)} ${count === 1 ? 'looks' : 'look'} like another of a different class. One of the two labels is wrong, or the picture shows both.`,
      zh: `${figure(count)} 张图像与另一类别的图像相似。其中一个标签有误，或图像同时包含两者。`
    },
    remedy: { en: 'Decide for one class, or leave both out.', zh: '请确定一个类别，或两张都剔除。' }
  }),
  shortcut: ({ class: name = '', sign = 'colour', accuracy = 0 }) => ({
    level: 'warning',
    title: { en: `A shortcut to “${name}”`, zh: `“${name}”的捷径` },
    text: {
      en: `To tell “${name}” from the rest, ${signs[sign].en} is enough: right for ${percent(accuracy)} (by chance 50 %), without looking at what is shown. A network may learn that in place of the thing, and fail where it is otherwise.`,
      zh: `仅凭${signs[sign].zh}即可区分“${name}”与其余类别：正确率 ${percent(accuracy)}（随机为 50 %），无需看图中内容。网络可能学到的是这一点而非事物本身，换一种情形就会出错。`
    },
    remedy: {
      en: sign === 'colour' ? 'If the things themselves have that colour, all is well. If it is the light or the background, add pictures of this class taken elsewhere, and train with colour changes.'
        : 'Bring the files of all classes to the same size and proportions before you add them, or add pictures of this class from elsewhere.',
      zh: sign === 'colour' ? '若事物本身就是这种颜色，则无妨。若源于光线或背景，请补充该类别在别处拍摄的图像，并在训练时启用颜色变化。'
        : '添加前请将各类别的文件统一为相同的尺寸和比例，或从别处补充该类别的图像。'
    }
  }),
  blank: ({ count }) => ({
    level: 'note',
    title: { en: 'Blank pictures', zh: '空白图像' },
    text: { en: `${pictures(count)} ${are(count)} of one level all over: there is nothing to see.`, zh: `${figure(count)} 张图像整幅亮度一致，没有内容。` },
    remedy: { en: 'Leave them out.', zh: '请将其剔除。' }
  }),
  dark: ({ count }) => ({
    level: 'note',
    title: { en: 'Dark pictures', zh: '过暗的图像' },
    text: { en: `${pictures(count)} ${are(count)} dark all over: not one pixel in a hundred is brighter than a third of the range.`, zh: `${figure(count)} 张图像整体过暗：亮度超过三分之一的像素不到百分之一。` },
    remedy: { en: 'Leave them out if you cannot tell what they show; keep them if such pictures are to be recognised later.', zh: '若看不清内容请剔除；若日后也要识别这样的图像则保留。' }
  }),
  bright: ({ count }) => ({
    level: 'note',
    title: { en: 'Overexposed pictures', zh: '过亮的图像' },
    text: { en: `${pictures(count)} ${are(count)} nearly white all over.`, zh: `${figure(count)} 张图像几乎全白。` },
    remedy: { en: 'Leave them out if you cannot tell what they show; keep them if such pictures are to be recognised later.', zh: '若看不清内容请剔除；若日后也要识别这样的图像则保留。' }
  }),
  blurred: ({ count }) => ({
    level: 'note',
    title: { en: 'Blurred or enlarged pictures', zh: '模糊或经放大的图像' },
    text: {
      en: `${pictures(count)} ${count === 1 ? 'has' : 'have'} hardly any of the fine detail that the others have: out of focus, or enlarged from a much smaller file.`,
      zh: `${figure(count)} 张图像几乎没有其他图像所具有的细节：失焦，或由小得多的文件放大而来。`
    },
    remedy: { en: 'Replace them by sharper ones, or keep them if such pictures are to be recognised later.', zh: '请换成更清晰的图像；若日后也要识别这样的图像则保留。' }
  }),
  outliers: ({ count, of }) => ({
    level: 'note',
    title: { en: 'Pictures unlike all others', zh: '与众不同的图像' },
    text: {
      en: `${pictures(count)} of ${figure(of)} ${count === 1 ? 'lies' : 'lie'} far from all others as the model sees them: something that does not belong here, or a rare case.`,
      zh: `在模型看来，${figure(of)} 张图像中有 ${figure(count)} 张与其他图像相距甚远：不属于此处，或属罕见情形。`
    },
    remedy: { en: 'Leave out what does not belong; add more of what is rare but right.', zh: '不属于此处的请剔除；少见但正确的请补充更多。' }
  }),
  'copies-within': ({ count }) => ({
    level: 'note',
    title: { en: 'The same picture several times', zh: '重复的图像' },
    text: {
      en: `${pictures(count)} ${are(count)} there already in the same split and class, to the last pixel or nearly so. They count several times in training and teach nothing new.`,
      zh: `${figure(count)} 张图像在同一划分和类别中已有完全相同或几乎相同的图像。它们在训练中被重复计算，却不带来新的信息。`
    },
    remedy: { en: 'Keep one of each.', zh: '每组保留一张即可。' }
  })
}

/** What a finding says of itself. */
export const findingWords = (id: Trouble, facts: FindingFacts): ReturnType<Words> => words[id](facts)

const quoted = (names: readonly string[], language: keyof Text): string =>
  names.slice(0, 5).map((name) => language === 'zh' ? `“${name}”` : `“${name}”`).join(language === 'zh' ? '、' : ', ') + (names.length > 5 ? ' …' : '')

/** What was not looked at, in plain words. */
export function examinationRemarks({
  wanted: { testLabels }, labelled, hasTest, lookedAt, all, evenly, smallClasses, judged, usual, drawings, allPairs, accuracy
}: {
  wanted: ExaminationRequest
  /** Whether there are labels that may be read. */
  labelled: boolean
  hasTest: boolean
  lookedAt: number
  all: number
  /** Whether labels were read of every split that was not looked at whole, so that all classes could be drawn evenly. */
  evenly: boolean
  /** Classes with too few pictures to judge their labels. */
  smallClasses: readonly string[]
  /** Whether labels were judged. */
  judged: boolean
  /** What a fifth of the pictures are, so that it is no finding. */
  usual: readonly ('blank' | 'dark' | 'bright' | 'blurred')[]
  /** Whether the pictures are drawings on an even ground, or grey. */
  drawings: boolean
  allPairs: boolean
  /** How often the rule that judges the labels agrees with them. */
  accuracy: number | undefined
}): Text[] {
  const drawn = evenly ? { en: 'all classes evenly', zh: '各类别均匀抽取' }
    : labelled ? { en: 'all classes evenly where labels were read, at random elsewhere', zh: '读取了标签的部分按类别均匀抽取，其余随机抽取' }
      : { en: 'drawn at random', zh: '随机抽取' }
  const usually = { blank: { en: 'blank', zh: '空白' }, dark: { en: 'dark', zh: '过暗' }, bright: { en: 'nearly white', zh: '几乎全白' }, blurred: { en: 'without fine detail', zh: '缺少细节' } }
  return [
    ...(lookedAt < all ? [{
      en: `${figure(lookedAt)} of ${figure(all)} pictures were looked at, ${drawn.en}.`,
      zh: `共 ${figure(all)} 张图像，查看了 ${figure(lookedAt)} 张，${drawn.zh}。`
    }] : []),
    ...(!labelled ? [{ en: 'There are no labels to judge: only the pictures were looked at.', zh: '没有可判断的标签：只查看了图像。' }] : []),
    ...(labelled && !judged ? [{ en: 'The labels were not judged: that takes two classes with at least five pictures each.', zh: '未判断标签：这需要两个各有至少五张图像的类别。' }] : []),
    ...(judged && accuracy !== undefined && accuracy < 0.6 ? [{
      en: `The model tells these classes apart badly (${percent(accuracy)}): its doubts about labels weigh little. Choose one that was trained on pictures like these.`,
      zh: `该模型难以区分这些类别（${percent(accuracy)}）：其对标签的怀疑参考价值有限。请选择用类似图像训练的模型。`
    }] : []),
    ...(judged && smallClasses.length > 0 ? [{
      en: `The labels of ${quoted(smallClasses, 'en')} were not judged: that takes at least five pictures of a class.`,
      zh: `未判断 ${quoted(smallClasses, 'zh')} 的标签：每个类别至少需要五张图像。`
    }] : []),
    ...(hasTest && !testLabels ? [{
      en: 'The labels of the test split were not read; its pictures were only compared with those of training. Whoever corrects the test by what a model says of it makes it agree with the model.',
      zh: '未读取测试集的标签，只将其图像与训练图像作了比较。若按模型的判断来改动测试集，测试集就会迁就模型。'
    }] : []),
    ...(labelled ? [{
      en: 'Every label of training and validation was read, whatever a transfer grants; nothing of this enters a run.',
      zh: '读取了训练集和验证集的全部标签，与迁移时授予多少无关；这些不会进入任何运行。'
    }] : []),
    ...usual.map((trouble) => ({
      en: `More than a fifth of the pictures are ${usually[trouble].en}: taken for how these pictures are.`, zh: `超过五分之一的图像${usually[trouble].zh}：视为这类图像的常态。`
    })),
    ...(drawings ? [{
      en: 'Drawings on an even ground and grey pictures look alike anyhow: only those that are the same to the last pixel count as copies.',
      zh: '均匀背景上的图形和灰度图像本就相似：只有逐像素相同的才算副本。'
    }] : []),
    ...(allPairs ? [] : [{ en: 'Not all look-alikes were searched for: there are too many that are similar.', zh: '相似图像过多，未能查找全部。' }])
  ]
}

/** What was corrected, in a few words. */
export function correctionsText(
  { relabelled, leftOut, moved, classes, labelled = 0 }: { relabelled: number, leftOut: number, moved: number, classes: number, labelled?: number | undefined }
): Text {
  const parts: [number, string, string][] = [
    [labelled, 'labelled', '加标签'], [relabelled, 'relabelled', '改标签'], [leftOut, 'left out', '剔除'], [moved, 'moved', '移动'], [classes, classes === 1 ? 'class renamed' : 'classes renamed', '重命名类别']
  ]
  const there = parts.filter(([count]) => count > 0)
  return { en: there.map(([count, en]) => `${figure(count)} ${en}`).join(', '), zh: there.map(([count, , zh]) => `${zh} ${figure(count)}`).join('，') }
}
