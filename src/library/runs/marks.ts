import * as fs from 'node:fs/promises'
import { runMarksSchema, type RunMarks } from '../../contract/marks'
import { toErrorValue } from '../../contract/errors'
import { isMarked } from '../../rules/marks'
import { sealed } from '../disk/checksums'
import { readJson, setAside, writeJsonDurably } from '../disk/files'

const sealedFields = ['tags', 'note', 'pinned']

/** What a person put on a run; undefined where nothing. A damaged file is set aside: the run itself is as good as before. */
export async function readMarks(path: string): Promise<RunMarks | undefined> {
  try {
    return await readJson(path, runMarksSchema, sealedFields)
  } catch (error) {
    if (toErrorValue(error).code === 'file-damaged') await setAside(path)
    return undefined
  }
}

/** Writes it durably, in a file of its own: the record belongs to the process that works on the run. */
export async function writeMarks(path: string, marks: RunMarks): Promise<void> {
  if (isMarked(marks)) await writeJsonDurably(path, sealed(runMarksSchema.parse(marks), sealedFields))
  else await fs.rm(path, { force: true })
}
