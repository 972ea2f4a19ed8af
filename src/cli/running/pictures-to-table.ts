import { dirname, resolve } from 'node:path'
import type { ModelRef } from '../../contract/models'
import type { AnsweredFile } from '../../contract/predictions'
import type { Device } from '../../contract/runs'
import { makeFolder, namingFile, writeFileDurably } from '../../library/disk'
import { answerTable, bySureness } from '../../rules/format/answer-table'
import { noneOfThese, turnedAwayText, unlikeText, unlikeTraining } from '../../rules/format/calibration'
import { facts, table } from '../../rules/format/columns'
import { count, percent } from '../../rules/format/figures'
import type { Context } from '../context'
import { exitCodes, usageError } from '../output/errors'
import { checkNewFile } from '../output/new-file'
import type { Result } from '../output/result'

interface TableWanted { csv: string, device: Device, leastSureFirst?: true, gradCam?: string }

type Answered = Extract<AnsweredFile, { class: string }>

/** Asks a model about all pictures among files and folders, and writes their classes as a table. */
export async function picturesToTable(context: Context, ref: ModelRef, paths: readonly string[], wanted: TableWanted): Promise<Result> {
  const { csv, device, leastSureFirst = false, gradCam } = wanted
  if (gradCam !== undefined) throw usageError('flags-exclude-each-other', {
    en: '--csv writes a table and no pictures: leave out --grad-cam.', zh: '--csv 只写表格，不写图片：请去掉 --grad-cam。'
  }, { field: 'gradCam' })
  const file = resolve(csv)
  // Said before an hour of work, not after it.
  await checkNewFile(file, '--csv', 'csv')
  await makeFolder(dirname(file)).catch((error: unknown) => { throw namingFile(error, dirname(file)) })
  const progress = context.progress()
  try {
    const engine = await context.engine()
    const sorted = await engine.sortPictures(ref, paths, { device }, {
      signal: context.signal, onProgress: (done, total, secondsLeft) => progress.images(done, total, secondsLeft)
    })
    progress.stop()
    const rows = bySureness(sorted.files, leastSureFirst)
    await writeFileDurably(file, answerTable(rows))
    const answered = rows.filter((row): row is Answered => !('error' in row))
    const broken = rows.flatMap((row) => 'error' in row ? [row] : [])
    for (const { file: name, error } of broken.slice(answered.length === 0 ? 1 : 0, toldBroken)) {
      context.notice({ en: `${name}: ${error.message.en}`, zh: `${name}：${error.message.zh}` })
    }
    const untold = broken.length - toldBroken
    if (untold > 0) context.notice({ en: `… and ${count(untold)} more; the table names them all.`, zh: `…另有 ${count(untold)} 个；表格中列出全部。` })
    context.notice(turnedAwayText(sorted.calibration))
    const unlike = sorted.calibration && unlikeText(sorted.calibration)
    if (unlike) context.notice(unlike)
    const classes = sorted.classes.map((name) => ({ class: name, files: answered.filter((row) => row.class === name) })).filter(({ files }) => files.length > 0)
    return {
      document: {
        model: ref, csv: file, folder: sorted.folder, ...(sorted.calibration && { calibration: sorted.calibration }),
        pictures: answered.length, unreadable: broken.length, files: rows
      },
      text: textOf(context, { file, folder: sorted.folder, answered, broken: broken.length, classes }),
      ...(answered.length === 0 && broken[0] && { exitCode: exitCodes.failed, reason: broken[0].error })
    }
  } finally {
    progress.stop()
  }
}

/** Unreadable files that are named on the terminal. */
const toldBroken = 10

function textOf(
  { language }: Context,
  { file, folder, answered, broken, classes }: {
    file: string, folder: string, answered: readonly Answered[], broken: number, classes: readonly { class: string, files: readonly Answered[] }[]
  }
): string {
  const zh = language === 'zh'
  const strangers = answered.filter((row) => row.noneOfThese).length
  const unlike = answered.filter((row) => row.unlike).length
  const mean = (files: readonly Answered[]): number => files.reduce((sum, { confidence }) => sum + confidence, 0) / files.length
  return [
    facts([
      [zh ? '表格' : 'table', file],
      [zh ? '文件夹' : 'folder', folder],
      [zh ? '图片' : 'pictures', count(answered.length)],
      [noneOfThese[language], strangers === 0 ? undefined : count(strangers)],
      [unlikeTraining[language], unlike === 0 ? undefined : count(unlike)],
      [zh ? '无法读取' : 'not readable', broken === 0 ? undefined : count(broken)]
    ]),
    '',
    table([
      { title: zh ? '类别' : 'class' }, { title: zh ? '图片' : 'pictures', align: 'right' }, { title: zh ? '平均置信度' : 'mean confidence', align: 'right' }
    ], classes.map(({ class: name, files }) => [name, count(files.length), percent(mean(files))])),
    '',
    zh ? `校正表格中的 class 列后，可作为数据集添加：graft datasets add ${quoted(folder)} --table ${quoted(file)}`
      : `Correct the column "class", and it becomes a data set: graft datasets add ${quoted(folder)} --table ${quoted(file)}`
  ].join('\n')
}

const quoted = (path: string): string => /[^\w./\\:~-]/.test(path) ? `"${path}"` : path
