import { alikeSchema, folderMeaningSchema, idSchema, importOptionsSchema, nameEncodingSchema, withoutLabelsSchema, type Alike, type Dataset, type Fit, type FolderMeaning, type ImportOptions, type NameEncoding, type WithoutLabels } from '../../../contract/datasets'
import type { InspectOptions, Question } from '../../../contract/inspections'
import { freeId } from '../../shared/free-id'
import { readSize } from '../../shared/read-size'

/** What the dialogue holds while a person fills it in: text as typed, so that nothing is lost before it is read. */
export interface ImportForm {
  path: string
  /** A format's id, or `*`: found out from the content. */
  format: string
  id: string
  /** `32` or `32 × 48`; empty: the data set's own size. */
  size: string
  /** Per cent of the training images that go into validation. */
  validation: string
  /** Names in the folder `path` that are meant, where several things were dropped together. */
  only: readonly string[]
  fit: Fit
  folders: FolderMeaning
  /** Whether classes whose names differ in case alone are one; `ask` until a person has said so. */
  alike: Alike | 'ask'
  /** What pictures without labels beside class folders are; `ask` until a person has said so. */
  unlabelled: WithoutLabels | 'ask'
  /** How names in an archive are written; `ask` until a person has said so. */
  encoding: NameEncoding | 'ask'
  /** Whether exact copies of tested images are left out of training. */
  leaveOutCopies: boolean
  /** A saved model to compare with, or `*` for none. */
  source: string
}

export type ImportField = 'path' | 'format' | 'id' | 'size' | 'validation'
/** A problem with one field, as the name of its message. */
export type ImportProblem = 'path-missing' | 'id-form' | 'id-taken' | 'size-form' | 'size-range' | 'validation-form' | 'validation-range'

/** The choice that leaves finding the format to the import; never an id. */
export const anyFormat = '*'
/** The choice of no model to compare with; never a reference. */
export const noSource = '*'
export const emptyImportForm: ImportForm = {
  path: '', format: anyFormat, id: '', size: '', validation: '10', only: [], fit: 'stretch', folders: 'auto', alike: 'ask', unlabelled: 'ask', encoding: 'ask', leaveOutCopies: false, source: noSource
}

const archiveEnding = /\.(tar\.gz|tgz|tar|zip|gz)$/i

/** The last part of a path of any system, without an archive's ending. */
export function nameOfPath(path: string): string {
  return path.replace(/[\\/]+$/, '').split(/[\\/]/).at(-1)?.replace(archiveEnding, '') ?? ''
}

/** An id made of the path's last part that no data set has yet: `digits`, then `digits-2`. Empty when no letter is left. */
export const suggestId = (path: string, taken: readonly string[]): string => freeId(nameOfPath(path), taken)

type ImportReading =
  | { ok: true, options: ImportOptions }
  | { ok: false, problems: Partial<Record<ImportField, ImportProblem>> }

/** The form as options for main, or every field's problem. */
export function readImportForm(form: ImportForm, datasets: readonly Pick<Dataset, 'id'>[]): ImportReading {
  const problems: Partial<Record<ImportField, ImportProblem>> = {}
  const path = form.path.trim()
  const id = form.id.trim()
  if (path === '') problems.path = 'path-missing'
  if (id !== '' && !idSchema.safeParse(id).success) problems.id = 'id-form'
  else if (datasets.some((dataset) => dataset.id === id)) problems.id = 'id-taken'

  const size = form.size.trim() === '' ? undefined : readSize(form.size)
  if (form.size.trim() !== '') {
    if (size === undefined) problems.size = 'size-form'
    else if (!importOptionsSchema.shape.size.safeParse(size).success) problems.size = 'size-range'
  }

  const percent = Number(form.validation.trim().replace(/\s*%$/, '').replace(',', '.'))
  if (form.validation.trim() === '' || Number.isNaN(percent)) problems.validation = 'validation-form'
  else if (percent < 0 || percent > 90) problems.validation = 'validation-range'

  if (Object.keys(problems).length > 0) return { ok: false, problems }
  return {
    ok: true,
    options: {
      path,
      ...(id !== '' && { id }),
      ...howToRead(form),
      ...(form.leaveOutCopies && { copies: 'leave-out' as const }),
      validation: percent / 100
    }
  }
}

type Reading = Pick<ImportOptions, 'only' | 'format' | 'size' | 'fit' | 'folders' | 'alike' | 'unlabelled' | 'encoding'>

/** What says how the path is read; only what differs from what would be found out anyhow. */
function howToRead({ only, format, size, fit, folders, alike, unlabelled, encoding }: ImportForm): Reading {
  const sides = size.trim() === '' ? undefined : readSize(size)
  return {
    ...(only.length > 0 && { only: [...only] }),
    ...(format !== anyFormat && { format }),
    ...(sides !== undefined && { size: sides }),
    ...(fit !== 'stretch' && { fit }),
    ...(folders !== 'auto' && { folders }),
    ...(alike !== 'ask' && { alike }),
    ...(unlabelled !== 'ask' && { unlabelled }),
    ...(encoding !== 'ask' && { encoding })
  }
}

/** What to look at before it is added; undefined while the form names nothing that could be looked at. */
export function readLook(form: ImportForm): InspectOptions | undefined {
  const path = form.path.trim()
  const sides = form.size.trim() === '' ? undefined : readSize(form.size)
  if (path === '' || (form.size.trim() !== '' && !importOptionsSchema.shape.size.safeParse(sides).success)) return undefined
  return { path, ...howToRead(form), ...(form.source !== noSource && { source: form.source }) }
}

/** Several dropped things that lie in one folder, as that folder and their names in it; of others the first alone. */
export function together(paths: readonly string[]): { path: string, only: string[] } {
  const split = paths.map((path) => /^(.*[\\/])([^\\/]+)[\\/]*$/.exec(path))
  const folder = split[0]?.[1]
  if (paths.length < 2 || folder === undefined || split.some((parts) => parts?.[1] !== folder)) return { path: paths[0] ?? '', only: [] }
  return { path: folder, only: split.map((parts) => parts![2]!) }
}

/** The form with a question about what was given answered. */
export function answered(form: ImportForm, id: Question['id'], value: string): ImportForm {
  if (id === 'format') return { ...form, format: value }
  if (id === 'folders') return { ...form, folders: folderMeaningSchema.parse(value) }
  if (id === 'encoding') return { ...form, encoding: nameEncodingSchema.parse(value) }
  if (id === 'unlabelled') return { ...form, unlabelled: withoutLabelsSchema.parse(value) }
  return { ...form, alike: alikeSchema.parse(value) }
}
