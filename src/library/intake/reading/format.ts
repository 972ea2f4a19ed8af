import type { Alike, DatasetFormat, Fit, FolderMeaning, ImageShape, NameEncoding, SkippedFile, WithoutLabels } from '../../../contract/datasets'
import type { ImageBatch } from '../../datasets/writer'
import type { Question } from '../../../contract/inspections'
import type { Text } from '../../../contract/text'
import type { Picture } from './picture-list'

export interface ReadOptions {
  /** [height, width] that the person asked for; a format that cannot scale itself leaves it to the import. */
  size?: readonly [number, number]
  /** How an image of another shape comes to that size. */
  fit: Fit
  /** What the folders of a folder of pictures stand for; found out from their names when absent. */
  folders?: FolderMeaning
  /** Whether classes whose names differ in case alone are one; asked when absent. */
  alike?: Alike
  /** What pictures that nobody has labelled are, beside class folders. */
  unlabelled?: WithoutLabels
  /** How tables and lists are written that do not say it. */
  encoding?: NameEncoding
  /** Whether a person named the format: what else it may be is not asked then. */
  isChosen?: boolean
  /** Names in the folder that are meant, where several files were given; all when absent. */
  only?: readonly string[]
  /** A table for the pictures of the folder, which lies elsewhere. */
  table?: string
  signal?: AbortSignal
  /** Stands for one opening of a source: what a format found out of it to detect it is not found out again to read it. */
  opening?: object
  /** Called for every file that is left out. */
  skip(path: string, reason: SkippedFile['reason']): void
}

/** How a data set's record names what was done to images of another shape. */
export const fitWords: Record<Fit, string> = { stretch: 'stretched', crop: 'cropped around the middle', pad: 'padded with black' }

/** A data set that was looked at and can be read. */
export interface Reading {
  /** Shape of the images in `batches`. */
  shape: ImageShape
  /** Images in all, where the source tells before the end. */
  total?: number
  /** How images were brought to the shape; absent where they are as they were. */
  preparation?: string
  /** The images, in order, in batches of a few MiB; the arrays are the reader's to keep. */
  batches: AsyncIterable<ImageBatch>
  /** Class names; empty without labels. Some sources tell them last: call it after the last batch. */
  classes(): string[]
  /** Domain names, where there are several. */
  domains?: readonly string[]
  /** What was taken for granted of folders, tables and names. */
  assumed?: readonly Text[]
  /** What a person has to say before it can be imported; what is read here is the first of its readings. */
  question?: Question
  /** Where the images are files of their own: the list, so that any can be read alone. */
  pictures?: { root: string, images: readonly Picture[] }
  /** The images after the first so many, where decoding them again would take long. */
  resume?(from: number): AsyncIterable<ImageBatch>
}

/** A way in which data sets lie on disk. */
export interface Format extends DatasetFormat {
  /**
   * Whether a folder or file is such a data set, by names and headers only; never throws for content it does not know.
   * @param opening stands for one opening of a source, as in `ReadOptions`
   */
  detect(path: string, opening?: object): Promise<boolean>
  /** Looks at the data set; throws a `GraftError` that names the file and the record for what cannot be read. */
  read(path: string, options: ReadOptions): Promise<Reading>
}

/** Checks a format's shape at compile time; a format is one file with one call of this, and one line in `index.ts`. */
export const defineFormat = (format: Format): Format => format
