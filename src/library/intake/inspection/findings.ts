import type { Finding, Inspection } from '../../../contract/inspections'
import type { Text } from '../../../contract/text'
import { counted } from '../reading/bytes'

/** What is held against the data set. */
interface Against {
  /** The model's name and classes. */
  model?: { name: string, classes: readonly string[] }
}

type Looked = Omit<Inspection, 'findings'> & {
  /** Files whose shape is far from the data set's: a third wider or higher. */
  outOfShape: number
  /** Files of real numbers or of 12 bits, brought to 8 bits by their range. */
  scaled: number
  /** TIFFs of several pages. */
  stacks: number
  stretched: boolean
  nearComplete: boolean
}

const listed = (names: readonly string[]): string => names.slice(0, 5).map((name) => `“${name}”`).join(', ') + (names.length > 5 ? ' …' : '')
/** A border that differs by more than this share of a side is worth saying. */
const borderDifference = 0.12

/** What training on this data would trip over, the worst first; nothing is changed because of it. */
export function findingsOf(looked: Looked, { model }: Against): Finding[] {
  return [
    ...aboutClasses(looked), ...aboutDuplicates(looked), ...aboutSource(looked, model), ...aboutFiles(looked), ...notes(looked)
  ]
}

const warning = (id: Finding['id'], text: Text, remedy?: Text): Finding => ({ id, level: 'warning', text, ...(remedy && { remedy }) })
const note = (id: Finding['id'], text: Text, remedy?: Text): Finding => ({ ...warning(id, text, remedy), level: 'note' })

function aboutClasses({ classes, splits }: Looked): Finding[] {
  if (classes.length === 0) {
    return [note('unlabelled', { en: 'The images have no labels: they can be a target without labels only.', zh: '图像没有标签：只能用作无标签的目标。' },
      { en: 'Label them once they are added, put each class into a folder of its own, or give a table of labels.', zh: '可在添加后标注，也可为每个类别建立文件夹，或提供标签表格。' })]
  }
  const train = splits.train?.perClass ?? []
  if (train.filter((count) => count > 0).length === 1) {
    return [warning('one-class', { en: 'All training images belong to one class: there is nothing to tell apart.', zh: '所有训练图像都属于同一类别，无从区分。' },
      { en: 'Add at least one more class.', zh: '请至少再添加一个类别。' })]
  }
  const small = classes.filter((_, index) => (train[index] ?? 0) <= 1)
  const found = [...withoutTest(classes, splits), ...imbalance(classes, train)]
  return small.length === 0 ? found : [warning('small-classes', {
    en: `${counted(small.length)} of ${counted(classes.length)} classes ${small.length === 1 ? 'has' : 'have'} one training image or none: ${listed(small)}.`,
    zh: `${counted(classes.length)} 个类别中有 ${counted(small.length)} 个只有一张或没有训练图像：${listed(small)}。`
  }, { en: 'Add images to them, or leave these folders out.', zh: '请补充图像，或去掉这些文件夹。' }), ...found]
}

/** Images of a class that an import draws for the test split, and how many stay at least (`drawBalanced`). */
const drawn = (count: number): number => Math.max(0, Math.min(Math.max(1, Math.round(count * 0.2)), count - 2))
const imbalanced = 20

/** Classes of which nothing will be tested: they get no score, and count for nothing in the others' mean. */
function withoutTest(classes: Looked['classes'], { train, test }: Looked['splits']): Finding[] {
  if (test && !test.perClass) {
    return [warning('no-test-pictures', { en: 'The test images have no labels: runs on them have no score.', zh: '测试图像没有标签：在其上的运行没有分数。' })]
  }
  const tested = (index: number): number => test ? test.perClass![index] ?? 0 : drawn(train?.perClass?.[index] ?? 0)
  const missing = classes.filter((_, index) => tested(index) === 0)
  if (missing.length === 0) return []
  const remedy = { en: 'Add images to them: three of a class are enough for one to be tested.', zh: '请补充图像：每类有三张即可抽取一张用于测试。' }
  if (missing.length === classes.length) {
    return [warning('no-test-pictures', {
      en: 'No class has enough images for a test split: runs will have no score on test images.', zh: '没有类别有足够的图像用于测试：运行将没有测试分数。'
    }, remedy)]
  }
  return [warning('no-test-pictures', {
    en: `${counted(missing.length)} of ${counted(classes.length)} classes will have no test image, so no score of their own: ${listed(missing)}.`,
    zh: `${counted(classes.length)} 个类别中有 ${counted(missing.length)} 个没有测试图像，因而没有自己的分数：${listed(missing)}。`
  }, remedy)]
}

function imbalance(classes: Looked['classes'], train: readonly number[]): Finding[] {
  const present = train.map((count, index) => ({ count, name: classes[index]! })).filter(({ count }) => count > 0).sort((a, b) => b.count - a.count)
  const [most, least] = [present[0], present.at(-1)]
  if (!most || !least || most.count < imbalanced * least.count) return []
  return [warning('imbalance', {
    en: `“${most.name}” has ${counted(most.count)} training images, “${least.name}” ${counted(least.count)}: accuracy alone says little here; look at the mean over classes, too.`,
    zh: `“${most.name}”有 ${counted(most.count)} 张训练图像，而“${least.name}”只有 ${counted(least.count)} 张：仅看准确率意义不大，请同时查看各类平均。`
  })]
}

function aboutDuplicates({ exact, near, splits, classes }: Looked): Finding[] {
  const found: Finding[] = []
  if (exact.across > 0) {
    found.push(warning('duplicates-across', {
      en: `${counted(exact.across)} images have an exact copy in another split: scores on them measure memory, not learning.`,
      zh: `${counted(exact.across)} 张图像在其他部分中有完全相同的副本：其分数反映的是记忆而非学习。`
    }, { en: 'Choose to leave those copies out of training.', zh: '可选择在训练中去掉这些副本。' }))
  }
  if (near.across > 0) {
    found.push(warning('alike-across', {
      en: `${counted(near.across)} images look like one in another split (perhaps the same picture at another size, brightness or compression).`,
      zh: `${counted(near.across)} 张图像与其他部分中的图像相似（可能是同一图像的不同尺寸、亮度或压缩版本）。`
    }, { en: 'Look at them before you trust the test score.', zh: '在相信测试分数之前，请先查看这些图像。' }))
  }
  const conflicts = exact.groups.filter(({ labelsDiffer }) => labelsDiffer)
  const contradicting = conflicts.length
  const named = conflicts.slice(0, 3).map(({ images }) => images.map(({ name, label }) => label === undefined ? name : `${name} (${classes[label] ?? ''})`).join(' = ')).join('; ')
  if (contradicting > 0) {
    found.push(warning('labels-contradict', {
      en: contradicting === 1 ? `Identical images carry different labels: ${named}.`
        : `${contradicting === 40 ? 'Many' : counted(contradicting)} groups of identical images carry different labels: ${named}${contradicting > 3 ? ' …' : ''}.`,
      zh: `${contradicting === 40 ? '许多' : counted(contradicting)} 组完全相同的图像带有不同的标签：${named}${contradicting > 3 ? ' …' : ''}。`
    }))
  }
  if (exact.within > 0) {
    const drawn = classes.length > 0 && splits.test === undefined
    found.push(note('duplicates-within', {
      en: `${counted(exact.within)} images have an exact copy in their own split${drawn ? ', and the test split is still to be drawn from them' : ''}.`,
      zh: `${counted(exact.within)} 张图像在同一部分中有完全相同的副本${drawn ? '，而测试部分还将从中抽取' : ''}。`
    }, drawn ? { en: 'Choose to leave those copies out of training.', zh: '可选择在训练中去掉这些副本。' } : undefined))
  }
  return found
}

function aboutSource({ classes, appearance, sourceAppearance }: Looked, model: Against['model']): Finding[] {
  const found: Finding[] = []
  if (model && classes.length > 0) {
    const [missing, extra] = [model.classes.filter((name) => !classes.includes(name)), classes.filter((name) => !model.classes.includes(name))]
    if (missing.length > 0 || extra.length > 0) {
      found.push(note('classes-differ', {
        en: `The classes are not those of ${model.name}: ${counted(extra.length)} are new to it, ${counted(missing.length)} of its own are missing.`,
        zh: `类别与 ${model.name} 不同：${counted(extra.length)} 个为其所未知，缺少其中的 ${counted(missing.length)} 个。`
      }, { en: 'A new head is learned for them; methods that need the same classes cannot be used.', zh: '将为其学习新的分类头；要求类别相同的方法无法使用。' }))
    } else if (model.classes.some((name, index) => classes[index] !== name)) {
      found.push(warning('classes-reordered', {
        en: `The classes are those of ${model.name} in another order.`, zh: `类别与 ${model.name} 相同，但顺序不同。`
      }))
    }
  }
  if (!sourceAppearance) return found
  const [mine, theirs] = [appearance.polarity, sourceAppearance.polarity]
  if (mine !== 'neither' && theirs !== 'neither' && mine !== theirs) {
    const isDark = mine === 'light-on-dark'
    found.push(warning('polarity-differs', {
      en: `These images are ${isDark ? 'bright on dark' : 'dark on bright'}, those the source learned from ${isDark ? 'dark on bright' : 'bright on dark'}.`,
      zh: `这些图像为${isDark ? '深底浅字' : '浅底深字'}，而源数据为${isDark ? '浅底深字' : '深底浅字'}。`
    }, { en: 'Invert one of the two before you transfer.', zh: '迁移前请将其中之一反相。' }))
  }
  if (Math.abs(appearance.border - sourceAppearance.border) > borderDifference) {
    const percent = (share: number): string => `${Math.round(share * 100)} %`
    found.push(warning('border-differs', {
      en: `An even border takes ${percent(appearance.border)} of a side here, and ${percent(sourceAppearance.border)} in the data the source learned from.`,
      zh: `此处的纯色边框占边长的 ${percent(appearance.border)}，而源数据中为 ${percent(sourceAppearance.border)}。`
    }, { en: 'Pad or crop one of them, so that things are of one size in both.', zh: '请填充或裁剪其中之一，使两者中物体大小一致。' }))
  }
  return found
}

function aboutFiles({ broken, outOfShape, scaled, stacks, stretched }: Looked): Finding[] {
  const found: Finding[] = []
  if (broken.count > 0) {
    found.push(warning('broken', {
      en: `${counted(broken.count)} ${broken.count === 1 ? 'file' : 'files'} will be left out; each is listed with its reason.`,
      zh: `${counted(broken.count)} 个文件将被略过；每个文件都列有原因。`
    }))
  }
  if (scaled > 0) {
    found.push(note('scaled', {
      en: `${counted(scaled)} TIFF or JPEG 2000 ${scaled === 1 ? 'file holds' : 'files hold'} real numbers or more than 8 bits in part: black and white are 0 and 1, or 0 and the largest value of so many bits, or else the file's own range.`,
      zh: `${counted(scaled)} 个 TIFF 或 JPEG 2000 文件含实数或未用满的多位数值：黑白对应 0 与 1、0 与该位数的最大值，否则对应文件自身的取值范围。`
    }))
  }
  if (stacks > 0) {
    found.push(note('several-pages', {
      en: `${counted(stacks)} TIFF ${stacks === 1 ? 'file has' : 'files have'} several pages, of which the first is read.`,
      zh: `${counted(stacks)} 个 TIFF 文件有多页，只读取第一页。`
    }, { en: 'Save each page as a file of its own if all are meant.', zh: '如需全部页面，请将每页另存为单独的文件。' }))
  }
  if (outOfShape > 0 && stretched) {
    found.push(note('shapes-vary', {
      en: `${counted(outOfShape)} images are of quite another shape and will be distorted when stretched.`,
      zh: `${counted(outOfShape)} 张图像的长宽比相差较大，拉伸后会变形。`
    }, { en: 'Choose to crop or to pad them.', zh: '可选择裁剪或填充。' }))
  }
  return found
}

function notes({ classes, splits, total, lookedAt, nearComplete }: Looked): Finding[] {
  const found: Finding[] = []
  if (classes.length > 0 && splits.test === undefined) {
    found.push(note('test-drawn', {
      en: 'There is no test split: about a fifth of each class will be drawn for it.', zh: '没有测试部分：将从每个类别抽取约五分之一。'
    }))
  }
  if (lookedAt < total) {
    found.push(note('not-all', {
      en: `${counted(lookedAt)} of ${counted(total)} images were looked at, spread evenly; counts are of all.`,
      zh: `已查看 ${counted(total)} 张图像中均匀分布的 ${counted(lookedAt)} 张；数量统计涵盖全部。`
    }))
  } else if (!nearComplete) {
    found.push(note('not-all', {
      en: 'Too many images resemble one another to compare every pair; some that look alike may not be listed.',
      zh: '相似图像过多，无法逐对比较；部分相似图像可能未列出。'
    }))
  }
  return found
}
