import type { ImageShape } from '../../contract/datasets'
import type { Appearance } from '../../contract/inspections'
import type { Text } from '../../contract/text'
import type { DomainDistance, LayerDistance, Xray, XrayFinding } from '../../contract/xray'
import { blockTitle } from '../format/block-titles'
import { sameClasses, sameClassNames, sharedClasses } from '../classes'
import { percent } from '../format/figures'

interface Pixels { appearance: Appearance, grey: boolean }

/** What was seen of a source and a target. */
export interface XrayFacts {
  classes: { source: readonly string[], target: readonly string[] }
  /** Pixels [height, width, channels] that the network takes, and of the target's pictures. */
  shapes: { network: ImageShape, target: ImageShape }
  /** How its training pictures look, where it has any. */
  target: Pixels | undefined
  /** Of the source's data, where there are any. */
  source: Pixels | undefined
  /** Whether there are source data to compare with, however few. */
  hasSourceData: boolean
  /** Whether these are for certain what the source learned from, all of them. */
  learned?: boolean
  /** Whether the source learned from the target's own data set. */
  own?: boolean
  distances?: Xray['distances']
  shares?: Xray['shares']
  /** After blocks before the last. */
  layers?: readonly LayerDistance[]
  /** Between each two domains of the target's data set. */
  domains?: readonly DomainDistance[]
}

/** From here on a rule tells the two apart for certain, or hardly better than by chance. */
const [farApart, alike] = [0.85, 0.6]
const [borderDiffers, shareDiffers] = [0.12, 0.1]

/**
 * Whether the target's shares of the classes can be estimated: only where the pictures do not plainly look different. The
 * estimate takes it that the shares alone differ; on sets that a rule tells apart it was wrong by half (10 % taken for 52 %).
 */
export const sharesCanBeTold = (distances: Xray['distances']): boolean => distances !== undefined && distances.toldApart < farApart

/** What differs between a source and a target, what that means and what to do; what is the same is said too. */
export function xrayFindings(facts: XrayFacts): XrayFinding[] {
  return [aboutClasses(facts), ...aboutDistance(facts), ...aboutLayers(facts), ...aboutDomains(facts), ...aboutShares(facts), ...aboutPixels(facts)]
}

function aboutClasses({ classes: { source, target } }: XrayFacts): XrayFinding {
  const title = { en: 'Classes', zh: '类别' }
  const shared = sharedClasses(source, target)
  if (target.length === 0) {
    return { id: 'classes', level: 'note', title, text: { en: 'The target has no labels, so no class names to compare.', zh: '目标没有标签，无类别名可比较。' } }
  }
  if (sameClasses(source, target)) {
    return {
      id: 'classes', level: 'same', title,
      text: { en: `All ${target.length} classes have the same names in the same order: the head can be kept.`, zh: `全部 ${target.length} 个类别名称和顺序均相同：可保留分类头。` },
      remedy: { en: 'Methods that start from the source’s head fit, those without target labels among them.', zh: '适合从源模型分类头出发的方法，包括不需要目标标签的方法。' }
    }
  }
  if (sameClassNames(source, target)) {
    return {
      id: 'classes', level: 'warning', title,
      text: { en: `The ${target.length} classes have the same names in another order.`, zh: `${target.length} 个类别名称相同但顺序不同。` },
      remedy: {
        en: 'Fine-tuning, L2-SP and BSS start from what the source’s head has for each of them, unless you turn that off (“Keep the head for classes of the same name”). For the other methods add the target again with folders that sort like the source’s.',
        zh: '微调、L2-SP 与 BSS 会从源模型分类头对应各类别的权重开始，除非您关闭“保留同名类别的分类头”。其他方法请重新添加目标，使文件夹的排序与源一致。'
      }
    }
  }
  if (shared > 0) {
    return {
      id: 'classes', level: 'note', title,
      text: { en: `${shared} of ${target.length} classes have the names of classes that the source knows. Fine-tuning, L2-SP and BSS keep the head’s weights for ${shared === 1 ? 'it' : 'these'}, unless you turn that off (“Keep the head for classes of the same name”); other methods learn a new head.`, zh: `${target.length} 个类别中有 ${shared} 个与源已知类别同名。微调、L2-SP 与 BSS 会保留这些类别的分类头权重，除非您关闭“保留同名类别的分类头”；其他方法将学习新的分类头。` },
      remedy: { en: 'Grant labels: a method without labels needs the same classes.', zh: '请授予标签：不用标签的方法要求类别相同。' }
    }
  }
  return {
    id: 'classes', level: 'note', title,
    text: { en: 'No class has the name of one that the source knows: a new head is learned, and target labels are needed for it.', zh: '没有类别与源已知的类别同名：将学习新的分类头，这需要目标标签。' }
  }
}

/** What the source's data are called: images that were named need not be what the source learned from. */
const theirName = ({ learned }: XrayFacts): string => learned === true ? 'what the source learned from' : 'the source images'

function aboutDistance({ distances, hasSourceData, classes, learned, own }: XrayFacts): XrayFinding[] {
  const title = { en: 'Distance', zh: '距离' }
  if (!distances && !hasSourceData && own === true) {
    return [{
      id: 'no-source-data', level: 'note', title,
      text: { en: 'The source learned from the target’s own data set: there are no other pictures to compare.', zh: '源模型学习所用的正是目标的数据集：没有其他图像可供比较。' }
    }]
  }
  if (!distances) {
    if (hasSourceData) return [{ id: 'distance', level: 'note', title, text: { en: 'Too few pictures to measure a distance.', zh: '图像过少，无法测量距离。' } }]
    return [{
      id: 'no-source-data', level: 'note', title,
      text: { en: 'What the source learned from is not here, so its pictures cannot be compared with the target’s.', zh: '源模型所学的数据不在此处，无法与目标图像比较。' },
      remedy: { en: 'Name a data set like it as source images to see how far apart the two are.', zh: '可指定类似的数据集作为源图像，以查看两者的距离。' }
    }]
  }
  const { toldApart, aDistance, mmd } = distances
  const mmdTimes = times(mmd)
  const measured = {
    en: `A simple rule on the source’s features tells the source images from the target’s for ${percent(toldApart)} (by chance 50 %; proxy A-distance ${aDistance.toFixed(2)} of 2)${mmdTimes ? `; MMD is ${mmdTimes} that between two halves of the source` : ''}.`,
    zh: `源特征上的简单规则区分源图像与目标图像的正确率为 ${percent(toldApart)}（随机为 50 %；代理 A 距离 ${aDistance.toFixed(2)}，最大为 2）${mmdTimes ? `；MMD 为源数据两半之间的 ${mmdTimes}` : ''}。`
  }
  const same = sameClasses(classes.source, classes.target)
  if (toldApart >= farApart) {
    return [{
      id: 'distance', level: 'warning', title,
      text: learned === true
        ? { en: `${measured.en} They look different: what the source says of the target as it is counts for little.`, zh: `${measured.zh}两者差异明显：源模型原样用于目标不太可靠。` }
        : { en: `${measured.en} They look different.`, zh: `${measured.zh}两者差异明显。` },
      remedy: same
        ? { en: 'Without labels take an adaptation method, which brings the two together; with labels fine-tune all blocks.', zh: '无标签时选用域适应方法以缩小差异；有标签时微调全部区块。' }
        : { en: 'Fine-tune all blocks rather than the head alone.', zh: '宜微调全部区块，而不是只学分类头。' }
    }]
  }
  return [{
    id: 'distance', level: toldApart < alike ? 'same' : 'note', title,
    text: toldApart < alike ? { en: `${measured.en} They look alike.`, zh: `${measured.zh}两者相似。` } : { en: `${measured.en} They differ somewhat.`, zh: `${measured.zh}两者略有差异。` },
    remedy: { en: 'Learning a head alone, or a gentle fine-tuning, is worth trying first.', zh: '可先尝试只学分类头或轻度微调。' }
  }]
}

/** What a layer's distance means, in plain words. */
export const layerText = ({ toldApart }: Pick<LayerDistance, 'toldApart'>): Text =>
  toldApart >= farApart ? { en: 'Here the two are plainly different.', zh: '此处两者明显不同。' }
    : toldApart < alike ? { en: 'Here the two look alike.', zh: '此处两者相似。' }
      : { en: 'Here the two differ somewhat.', zh: '此处两者略有差异。' }

/** Where in the backbone the difference begins, and what that says of it. */
function aboutLayers({ layers = [], distances }: XrayFacts): XrayFinding[] {
  const [first] = layers
  if (!first || !distances) return []
  const title = { en: 'Where it begins', zh: '差异始于何处' }
  const firstTitle = blockTitle(first.title)
  const begins = layers.find(({ toldApart }) => toldApart >= farApart)
  const last = distances.toldApart
  if (begins === first && last >= farApart) {
    return [{
      id: 'layers', level: 'warning', title,
      text: { en: `Already after the first block (${firstTitle.en}) a rule tells the two apart for ${percent(first.toldApart)}: they differ in light, colour, lines or texture, and that stays to the end (${percent(last)}).`, zh: `在第一个区块（${firstTitle.zh}）之后，规则区分两者的正确率已达 ${percent(first.toldApart)}：两者在明暗、颜色、线条或纹理上不同，且一直延续到最后（${percent(last)}）。` },
      remedy: { en: 'Freeze no block: the first ones have to change too. Changing the images in training (augmentation) may help more than labels.', zh: '不要冻结区块：靠前的区块也需要改变。训练时改变图像（数据增强）可能比增加标签更有用。' }
    }]
  }
  if (begins === first) {
    return [{
      id: 'layers', level: 'note', title,
      text: { en: `The two differ after the first block (${percent(first.toldApart)}) and less at the end (${percent(last)}): the source makes little of that difference.`, zh: `两者在第一个区块之后有差异（${percent(first.toldApart)}），而到最后减小（${percent(last)}）：源模型不太受其影响。` },
      remedy: { en: 'Learning a head alone is worth trying first.', zh: '可先尝试只学分类头。' }
    }]
  }
  if (begins || last >= farApart) {
    const where = begins ? blockTitle(begins.title) : { en: 'the last block', zh: '最后一个区块' }
    return [{
      id: 'layers', level: 'note', title,
      text: { en: `The first blocks see both alike (${percent(first.toldApart)} after ${firstTitle.en}); from ${where.en} on they are plainly different: it is what is shown that differs rather than light or texture.`, zh: `靠前的区块认为两者相似（${firstTitle.zh} 之后为 ${percent(first.toldApart)}）；自${where.zh}起明显不同：不同之处在于图中内容，而非明暗或纹理。` },
      remedy: { en: 'The first blocks can stay as they are: fine-tune those from there on.', zh: '靠前的区块可保持不变：从该处起微调。' }
    }]
  }
  return [{
    id: 'layers', level: 'same', title,
    text: { en: `After no block are the two plainly different (${percent(first.toldApart)} after ${firstTitle.en}, ${percent(last)} at the end).`, zh: `在任何区块之后两者都没有明显不同（${firstTitle.zh} 之后 ${percent(first.toldApart)}，最后 ${percent(last)}）。` }
  }]
}

/** Which domains of the target's data set are far from one another. */
function aboutDomains({ domains = [] }: XrayFacts): XrayFinding[] {
  const sorted = [...domains].sort((a, b) => b.toldApart - a.toldApart)
  const [most, least] = [sorted[0], sorted.at(-1)]
  if (!most || !least) return []
  const pair = ({ first, second, toldApart }: DomainDistance): Text => ({
    en: `“${first}” and “${second}” (${percent(toldApart)})`, zh: `“${first}”与“${second}”（${percent(toldApart)}）`
  })
  const title = { en: 'Domains', zh: '域' }
  const nearest = sorted.length > 1 ? { en: `, the nearest ${pair(least).en}`, zh: `，最接近的是 ${pair(least).zh}` } : { en: '', zh: '' }
  const far = most.toldApart >= farApart
  return [{
    id: 'domains', level: far ? 'note' : 'same', title,
    text: { en: `The domains that look most different to the source are ${pair(most).en}${nearest.en}; 50 % would be chance.`, zh: `在源模型看来差异最大的域是 ${pair(most).zh}${nearest.zh}；50 % 为随机水平。` },
    ...(far && { remedy: {
      en: 'What is learned on one domain may fail on another: choose the domain that counts as the target, or take a method that learns across domains.',
      zh: '在一个域上学到的内容在另一个域可能失效：请将所关心的域选为目标，或采用跨域学习的方法。'
    } })
  }]
}

/** Undefined where two halves of the source do not differ at all: nothing can be told in multiples of that. */
function times({ value, halves }: { value: number, halves: number }): string | undefined {
  if (!(halves > 0)) return undefined
  const ratio = Math.max(0, value) / halves
  if (ratio > 100) return '> 100×'
  return ratio < 0.1 ? '< 0.1×' : `${ratio.toFixed(ratio >= 10 ? 0 : 1)}×`
}

function aboutShares(facts: XrayFacts): XrayFinding[] {
  const { shares, distances } = facts
  const title = { en: 'Shares of the classes', zh: '类别比例' }
  if (distances && !sharesCanBeTold(distances)) {
    return [{
      id: 'shares', level: 'note', title,
      text: { en: 'How frequent each class is in the target cannot be told without labels: its pictures look too different.', zh: '不用标签无法得知目标中各类别的比例：图像差异过大。' }
    }]
  }
  if (!shares || shares.length === 0) return []
  const most = shares.reduce((worst, each) => Math.abs(each.estimated - each.source) > Math.abs(worst.estimated - worst.source) ? each : worst)
  if (Math.abs(most.estimated - most.source) < shareDiffers) {
    return [{ id: 'shares', level: 'same', title, text: { en: `As far as the source can tell, every class is about as frequent in the target as in ${theirName(facts)}.`, zh: '就源模型所见，各类别在目标中的比例与源数据大致相同。' } }]
  }
  return [{
    id: 'shares', level: 'warning', title,
    text: {
      en: `“${most.class}” is likely ${percent(most.estimated)} of the target and ${percent(most.source)} of ${theirName(facts)} (estimated without target labels; right where only the shares differ).`,
      zh: `“${most.class}”可能占目标的 ${percent(most.estimated)}，而占源数据的 ${percent(most.source)}（未用目标标签估计；仅当只有比例不同时成立）。`
    },
    remedy: { en: 'Adaptation methods that match the two sets as wholes may mix classes up then: hold the run against its control.', zh: '此时整体对齐两个数据集的域适应方法可能混淆类别：请与对照运行比较。' }
  }]
}

/** What it means for the source is said only where it learned from these very images. */
function colourText(greyTarget: boolean, learned: boolean): Text {
  if (greyTarget) {
    return learned
      ? { en: 'The source learned from colour, the target is grey: features that go by colour are of no use.', zh: '源模型从彩色图像学习，目标为灰度：依赖颜色的特征将失去作用。' }
      : { en: 'The source images are in colour, the target is grey.', zh: '源图像为彩色，目标为灰度。' }
  }
  return learned
    ? { en: 'The source learned from grey pictures, the target is in colour: the source does not look at colour.', zh: '源模型从灰度图像学习，目标为彩色：源模型不关注颜色。' }
    : { en: 'The source images are grey, the target is in colour.', zh: '源图像为灰度，目标为彩色。' }
}

function aboutPixels(facts: XrayFacts): XrayFinding[] {
  const { target, source, shapes, learned } = facts
  const found: XrayFinding[] = []
  const [mine, theirs] = [target?.appearance, source?.appearance]
  if (mine && theirs && mine.polarity !== 'neither' && theirs.polarity !== 'neither' && mine.polarity !== theirs.polarity) {
    const bright = mine.polarity === 'light-on-dark'
    found.push({
      id: 'polarity', level: 'warning', title: { en: 'Brightness inverted', zh: '明暗相反' },
      text: {
        en: `The target is ${bright ? 'bright on dark' : 'dark on bright'}, ${theirName(facts)} ${bright ? 'dark on bright' : 'bright on dark'}.`,
        zh: `目标为${bright ? '深底亮图' : '亮底深图'}，源数据为${bright ? '亮底深图' : '深底亮图'}。`
      },
      remedy: { en: 'Invert one of the two and add it again.', zh: '请将其中之一反相后重新添加。' }
    })
  }
  if (mine && theirs && Math.abs(mine.border - theirs.border) > borderDiffers) {
    found.push({
      id: 'border', level: 'warning', title: { en: 'Padding', zh: '边框' },
      text: {
        en: `An even border takes ${percent(mine.border)} of a side in the target and ${percent(theirs.border)} in ${theirName(facts)}: things are of another size.`,
        zh: `均匀边框占目标图像边长的 ${percent(mine.border)}，源数据为 ${percent(theirs.border)}：物体大小不同。`
      },
      remedy: { en: 'Add the target again cropped, or padded, to match.', zh: '请以裁剪或填充的方式重新添加目标，使其一致。' }
    })
  }
  if (target && source && source.grey !== target.grey) {
    found.push({
      id: 'colour', level: 'warning', title: { en: 'Colour', zh: '颜色' },
      text: colourText(target.grey, learned === true),
      remedy: { en: 'Fine-tune the first blocks too, or bring both to grey.', zh: '请一并微调前面的区块，或将两者都转为灰度。' }
    })
  }
  const [scale, size] = [Math.min(shapes.network[0] / shapes.target[0], shapes.network[1] / shapes.target[1]), ([high, wide]: ImageShape): string => `${high} × ${wide}`]
  if (scale >= 2 || scale <= 0.5) {
    found.push({
      id: 'size', level: 'note', title: { en: 'Size', zh: '尺寸' },
      text: scale >= 2
        ? { en: `The target’s pictures are ${size(shapes.target)} and are enlarged to the network’s ${size(shapes.network)}: fine detail that it looks for is not there.`, zh: `目标图像为 ${size(shapes.target)}，将放大到网络的 ${size(shapes.network)}：缺少网络所寻找的细节。` }
        : { en: `The target’s pictures are ${size(shapes.target)} and are shrunk to the network’s ${size(shapes.network)}: what is small on them is lost.`, zh: `目标图像为 ${size(shapes.target)}，将缩小到网络的 ${size(shapes.network)}：细小内容会丢失。` },
      remedy: scale >= 2
        ? { en: 'If the originals are larger, add them again with a larger size.', zh: '若原图更大，请以更大的尺寸重新添加。' }
        : { en: 'Crop the originals around what counts, or take a source with a larger input.', zh: '请围绕关键内容裁剪原图，或选用输入更大的源模型。' }
    })
  }
  return found
}
