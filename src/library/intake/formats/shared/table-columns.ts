import type { SplitName } from '../../../../contract/datasets'
import { splitLike, splitOf } from '../../reading/split-names'

/** Column of the picture's path, and of what else there is. */
export interface Columns {
  path: number
  label?: number
  split?: number
  domain?: number
  /** Columns of yes and no that say which pictures are of a split: `is_valid`. */
  flags?: { column: number, split: SplitName }[]
  /** A column that by its name could say splits, and does not. */
  noSplits?: number
}

const names = {
  path: new RegExp(`^(${[
    '(image_?|img_?|file_?|id_?|f)?(path|name|file|filename|file_?path|image|img|id|code|图像|文件)',
    '文件名|图片|图片名|dateiname|datei|bild|fichier|archivo|imagen|arquivo|imagem|файл|изображение|ファイル名|画像|파일명'
  ].join('|')})$`, 'i'),
  label: new RegExp(`^(${[
    'label|labels|class|classes|class_?name|category|target|y|species|breed|diagnosis|dx|disease|finding|label_?name|class_?id|label_?id|cls|emotion',
    '标签|类别|分类|种类|品种|類別|分類|種類|ラベル|クラス|カテゴリ|라벨|레이블|클래스|분류|метка|класс|категория',
    'klasse|kategorie|etikett|classe|cat[ée]gorie|[ée]tiquette|clase|categor[ií]a|etiqueta|r[óo]tulo|categoria|etichetta|klasa|kategoria|s[ıi]n[ıi]f|etiket'
  ].join('|')})$`, 'i'),
  split: /^(split|set|subset|partition|usage|fold_?name|data_?set)$/i,
  domain: /^(domain|environment|env|source|style)$/i
} as const
/** A column called so holds splits, whatever its words are. */
const surelySplits = /^(split|partition)$/i
const flag = /^(is_?|for_?)?(train(?:ing)?|test(?:ing)?|val(?:id(?:ation)?)?)(_?(set|split|data|image|img|sample|picture)s?)*$/i
/** `valid` alone may say that a picture is fit for use. */
const plainFlag = /^(train(ing)?|test(ing)?|val|validation)$/i
const isMark = (cell: string): boolean => /^(?:[01](?:\.0*)?|true|false|yes|no)$/i.test(cell)
/** Whether a cell of yes and no says yes. */
export const isYes = (cell: string): boolean => /^(?:1(?:\.0*)?|true|yes)$/i.test(cell)
const isIndex = (name: string): boolean => /^(unnamed:?_?\d*|index|idx|no|nr|#|row|row_?id)?$/i.test(name)
const tidy = (name: string): string => name.trim().replace(/[\s-]+/g, '_')
const isNumber = (cell: string): boolean => /^[-+]?\d*[.,]?\d+(e[-+]?\d+)?$/i.test(cell)
export const picture = /\.(jpe?g|jpe|jfif|png|webp|gif|bmp|tiff?|avif|heic|heif|ppm|pgm|pbm|pnm)\s*$/i

/** Which columns are what, by their names and by what they hold; undefined where none names pictures. */
export function byHeader(header: readonly string[], sample: readonly string[][], finds: (cell: string) => boolean): Columns | undefined {
  const cells = (column: number): string[] => sample.map((row) => row[column] ?? '')
  const find = (pattern: RegExp, except: readonly number[] = []): number | undefined => {
    const index = header.findIndex((name, column) => !except.includes(column) && pattern.test(tidy(name)))
    return index < 0 ? undefined : index
  }
  const path = pictureColumn(sample, finds) ?? find(names.path)
  if (path === undefined) return undefined
  const domain = find(names.domain, [path])
  const all = header.flatMap((name, column) => column !== path && names.split.test(tidy(name)) ? [column] : [])
  const saysSplits = (column: number): boolean => {
    const filled = cells(column).filter((cell) => cell !== '')
    return surelySplits.test(tidy(header[column]!)) || filled.length === 0 || filled.some((cell) => splitOfWord(cell) !== undefined)
  }
  const split = all.find(saysSplits)
  const noSplits = all.find((column) => column !== split)
  let label = find(names.label, [path])
  const marks = header.flatMap((_name, column) => column !== path && cells(column).every(isMark) ? [column] : [])
  const flags = split !== undefined ? [] : marks.flatMap((column) => {
    const word = flag.exec(tidy(header[column]!))
    const isSaid = word?.[1] !== undefined || word?.[3] !== undefined
    // One of some columns of classes may be called "train".
    const isPlain = plainFlag.test(tidy(header[column]!)) && (label !== undefined || marks.length === 1)
    const of = word && column !== label && (isSaid || isPlain) ? splitOf(word[2]!) : undefined
    return of ? [{ column, split: of }] : []
  })
  const taken = [path, split, domain, ...flags.map(({ column }) => column)]
  const left = header.flatMap((name, column) => taken.includes(column) || isIndex(tidy(name)) ? [] : [column])
  // Two columns leave no doubt, whatever the second is called; nor does one beside a split, where its words recur.
  if (label === undefined && split === undefined && domain === undefined && header.length === 2 && flags.length === 0) label = 1 - path
  else if (label === undefined && left.length === 1 && recurs(cells(left[0]!))) label = left[0]
  return {
    path, ...defined({ label, split, domain }), ...(flags.length > 0 && { flags }), ...(noSplits !== undefined && noSplits !== label && { noSplits })
  }
}

/** The same without a header: the label is the first column whose words recur, rather than a score or the edge of a box. */
export function byContent(sample: readonly string[][], finds: (cell: string) => boolean): Columns | undefined {
  const path = pictureColumn(sample, finds)
  if (path === undefined) return undefined
  const cells = (column: number): string[] => sample.map((row) => row[column] ?? '')
  const width = Math.max(...sample.map((row) => row.length))
  const others = Array.from({ length: width }, (_, column) => column).filter((column) => column !== path)
  const split = others.find((column) => cells(column).every((cell) => splitOfWord(cell) !== undefined))
  const left = others.filter((column) => column !== split)
  const words = left.filter((column) => !cells(column).every(isNumber))
  const [first, second] = left
  let label = first
  if (first !== undefined && left.length > 1 && !words.includes(first)) {
    // A number and its name; or numbers of something else before the label.
    const named = words.find((column) => pairs(cells(first), cells(column)))
    label = named ?? (recurs(cells(first)) && left.length < 3 ? first : words.find((column) => recurs(cells(column))) ?? first)
  }
  const domain = second !== undefined && label === first && others.length <= 3 && words.includes(second) && recurs(cells(second)) ? second : undefined
  return { path, ...defined({ label, split, domain }) }
}

/** Whether two columns name the same, one to one. */
const pairs = (one: readonly string[], other: readonly string[]): boolean => {
  const both = new Set(one.map((cell, index) => `${cell}\0${other[index]}`)).size
  return new Set(one).size === both && new Set(other).size === both && both < one.length
}
/** Whether a column has far fewer words than rows, as labels do; a few rows can't tell. */
const recurs = (cells: readonly string[]): boolean => cells.length < 4 || new Set(cells).size <= Math.max(2, cells.length / 2)

/** The first column in which most cells name a picture: by their ending, of one that is there first, or else because it is there. */
function pictureColumn(sample: readonly string[][], finds: (cell: string) => boolean): number | undefined {
  const width = Math.max(0, ...sample.map((row) => row.length))
  for (const names of [(cell: string) => picture.test(cell) && finds(cell), (cell: string) => picture.test(cell), finds]) {
    for (let column = 0; column < width; column++) {
      if (sample.filter((row) => names(row[column] ?? '')).length * 2 > sample.length) return column
    }
  }
  return undefined
}

/** Which split a cell says: `train`, `Test`, `dev`, `validation set`; and FER2013's two. */
export function splitOfWord(word: string): ReturnType<typeof splitOf> {
  if (/^public[\s_-]?test$/i.test(word)) return 'validation'
  if (/^private[\s_-]?test$/i.test(word)) return 'test'
  const like = splitLike(word)
  return splitOf(word) ?? (like?.rest === '' ? like.split : undefined)
}

function defined(columns: { label: number | undefined, split: number | undefined, domain: number | undefined }): Omit<Columns, 'path'> {
  const { label, split, domain } = columns
  return { ...(label !== undefined && { label }), ...(split !== undefined && { split }), ...(domain !== undefined && { domain }) }
}
