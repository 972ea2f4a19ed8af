import type { SplitName } from '../../../../contract/datasets'
import type { ReadingChoice } from '../../../../contract/inspections'
import type { Text } from '../../../../contract/text'
import type { PictureFinder, Way } from './picture-finder'
import type { Table } from './table'
import type { Labels } from './table-labels'

/** A table that names pictures which are there. */
export interface PictureTable {
  path: string
  table: Table
  labels: Labels | undefined
  finder: PictureFinder
  way: Way
  /** What was taken for granted of how it is written. */
  text: Text | undefined
  /** Where it could be of several encodings: what each gives. */
  unclear: ReadingChoice[] | undefined
  /** What its name, or that of its folder, says; undefined where neither says anything. */
  split: SplitName | undefined
  /** A table beside it that says the splits of its pictures, and no classes. */
  divider?: PictureTable
  /** Of one that names pictures to test on and nothing else: why it is not used where it names those of a table of classes. */
  isBare?: Text
}

/** The tables of a folder: those that are used, and why the others are not. */
export interface FolderTables { used: PictureTable[], unused: { path: string, reason: Text, listsPictures?: boolean }[] }
