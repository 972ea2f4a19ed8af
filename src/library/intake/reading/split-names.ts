import type { SplitName } from '../../../contract/datasets'
import { foreign } from './split-words'

/** Which split a word of a table stands for, or a folder's whole name as the first versions knew it. */
export function splitOf(name: string): SplitName | undefined {
  const word = name.toLowerCase()
  if (word === 'train' || word === 'training') return 'train'
  if (word === 'test' || word === 'testing') return 'test'
  return word === 'val' || word === 'valid' || word === 'validation' ? 'validation' : undefined
}

/** A folder's name as a split's. */
export interface SplitLike {
  split: SplitName
  /** `exact`: `splitOf` knows it; `word`: a word of it says so; `weak`: so it does, beside a train folder only (`dev`, `eval`). */
  strength: 'exact' | 'word' | 'weak'
  /** The words that are left, which should be the same in all: `seg` of `seg_train`. */
  rest: string
}

/**
 * A name with its characters written in one way, without the accents of Latin letters, the points of Arabic and Hebrew
 * ones, and joiners that cannot be seen. Marks of other scripts are vowels, without which a word is another.
 */
const folded = (name: string): string => name.normalize('NFD').replace(/(?<=[\p{Script=Latin}\p{Script=Arabic}\p{Script=Hebrew}]\p{Mn}*)\p{Mn}/gu, '')
  .replace(/[\u200b-\u200d\u2060\ufeff]/g, '').replaceAll('ı', 'i').normalize('NFC')
const listed = (...lists: readonly (readonly string[])[]): string[] => lists.flat().map(folded)

/** Words without their accents, in the languages that people name folders in; `split-words.ts` has those of languages besides English. */
const words: Record<Exclude<SplitName, 'unlabelled'>, readonly string[]> = {
  train: listed(['train', 'training', 'trn', 'trainval'], foreign.train),
  test: listed(['test', 'testing', 'tst'], foreign.test),
  validation: listed(['val', 'valid', 'validation', 'validate'], foreign.validation)
}
const weakWords: Partial<Record<SplitName, readonly string[]>> = {
  test: listed(['eval', 'evaluation', 'holdout', 'heldout'], foreign.weakTest),
  validation: listed(['dev', 'devel', 'development'], foreign.weakValidation)
}
/** Words that say only that there are pictures or tables. */
const plain = new Set<string>([
  'set', 'sets', 'image', 'images', 'img', 'imgs', 'picture', 'pictures', 'pic', 'pics', 'photo', 'photos', 'data', 'dataset', 'datasets', 'folder', 'folders',
  'dir', 'file', 'files', 'split', 'splits', 'jpg', 'jpeg', 'png', 'input', 'inputs', 'sample', 'samples', 'frames', 'full', 'all', 'raw', 'original', 'the',
  'groundtruth', 'ground', 'truth', 'label', 'labels', 'labelled', 'labeled', 'annotation', 'annotations', 'mask', 'masks', 'bbox', 'boxes', 'metadata', 'classes', 'class', 'list', 'v', ...listed(foreign.pictures)
])
/** Words that belong to a split's name and say nothing: `conjunto de prueba`, `Trainingssatz`. */
const filling = new Set<string>(listed(foreign.filling))
const ofSplits = [...Object.values(words), ...Object.values(weakWords)].flat().sort((one, other) => other.length - one.length)

/** Thai writes no spaces, and what a thing is for stands last: ชุดข้อมูลฝึก is a set, of data, to train on. */
const leading = [...plain, ...filling].filter((word) => /\p{Script=Thai}/u.test(word))
function withoutLeading(word: string): string {
  const first = leading.find((each) => word.startsWith(each) && word !== each)
  return first === undefined ? word : withoutLeading(word.slice(first.length))
}

/** `train` of `trainset`, of `Trainingsdaten`, of 训练数据集: a split's word and one of pictures, written as one. */
function unglued(word: string): string {
  if (ofSplits.includes(word)) return word
  const last = withoutLeading(word)
  if (last !== word && ofSplits.includes(last)) return last
  const isRest = (rest: string): boolean => ['用', '용'].includes(rest) || ((plain.has(rest) || filling.has(rest)) && (rest.length > 2 || /[^a-z]/.test(rest)))
  return ofSplits.find((split) => {
    const rest = word.slice(split.length)
    return word.startsWith(split) && (isRest(rest) || isRest(rest.replace(/^(s|用|용)/u, '')))
  }) ?? word
}

/** The words of a name, without accents, case and numbers: `ISIC_2019_Training_Input` gives isic, training, input. */
function wordsOf(name: string): string[] {
  return folded(name).replace(/(\p{Ll})(\p{Lu})|(\p{Lu}{2})(\p{Lu}\p{Ll})/gu, '$1$3 $2$4').toLowerCase().split(/[^\p{L}\p{M}]+/u).filter((word) => word !== '')
    .map(unglued)
}

/** Whether a name says nothing of what is inside but that it is pictures: `images`, `jpg`; a number may be a class. */
export function saysOnlyPictures(name: string): boolean {
  const all = wordsOf(name)
  return all.length > 0 && all.every((word) => plain.has(word))
}

/** Words for what was done to pictures, or for the side they were taken from: kinds of pictures rather than classes. */
const work = new Set([
  'originals', 'edited', 'unedited', 'cropped', 'crops', 'resized', 'processed', 'preprocessed', 'augmented', 'augmentation', 'aug', 'enhanced', 'normalized',
  'color', 'colour', 'gray', 'grey', 'grayscale', 'greyscale', 'segmented', 'rgb', 'ir', 'depth', 'thumbs', 'thumbnails', 'small', 'large', 'front', 'back', 'left', 'right', 'side', 'top'
])
/** Whether a name says only how its pictures were made: `Edited`, `left`. */
export function saysOnlyWork(name: string): boolean {
  const all = wordsOf(name)
  return all.length > 0 && all.every((word) => plain.has(word) || work.has(word))
}

const beside = new Set(['mask', 'masks', 'segmentation', 'segmentations', 'annotation', 'annotations', 'groundtruth', 'truth', 'gt', 'label', 'labels', 'labelmaps', 'trimaps', 'bbox', 'boxes'])
const pictures = new Set(['image', 'images', 'img', 'imgs', 'picture', 'pictures', 'photo', 'photos', 'pics', 'jpegimages', 'input', 'inputs', 'original', 'originals', 'rgb'])
/** Whether a folder is named for what belongs to pictures (`masks`), or for the pictures themselves (`images`). */
export function picturesOrMasks(name: string): 'pictures' | 'masks' | undefined {
  const all = wordsOf(name)
  if (all.some((word) => beside.has(word))) return 'masks'
  return all.length > 0 && all.every((word) => pictures.has(word) || plain.has(word)) && all.some((word) => pictures.has(word)) ? 'pictures' : undefined
}

/** "hold_out" and Vietnamese names of splits are one word in two. */
const asOneWord = (name: string): string => name.normalize('NFC').replace(/(hold|held|huấn|kiểm|xác)[\s_-]*(out|luyện|tra|thử|thực)(?![\p{L}\p{M}])/giu, '$1$2')

/** How a folder's or table's name can be understood as a split's; undefined where no word, or words of two splits, say so. */
export function splitLike(name: string): SplitLike | undefined {
  const exact = splitOf(name)
  if (exact) return { split: exact, strength: 'exact', rest: '' }
  const found = new Set<SplitName>()
  const rest: string[] = []
  let isWeak = false
  for (const word of wordsOf(asOneWord(name))) {
    const strong = (Object.keys(words) as (keyof typeof words)[]).find((split) => words[split].includes(word))
    const weak = (Object.keys(weakWords) as SplitName[]).find((split) => weakWords[split]?.includes(word))
    const split = strong ?? weak
    if (split) found.add(split)
    else if (!plain.has(word) && !filling.has(word)) rest.push(word)
    if (!strong && weak) isWeak = true
  }
  // `train_val` is what is trained on beside a test folder.
  if (found.size === 2 && found.has('train') && found.has('validation') && !isWeak) found.delete('validation')
  const [split] = found
  return split === undefined || found.size > 1 ? undefined : { split, strength: isWeak ? 'weak' : 'word', rest: rest.join(' ') }
}
