import { stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type { ClassScore, Prediction, Saliency } from '../../contract/predictions'
import { isFresh } from '../../rules/refs'
import { exitCodes, usageError } from '../output/errors'
import { table } from '../../rules/format/columns'
import { turnedAwayText, unlikeText, warnings } from '../../rules/format/calibration'
import { percent } from '../../rules/format/figures'
import { picturesToTable } from '../running/pictures-to-table'
import { deviceOption, readDevice, readModelRef } from '../input/options'
import type { CliCommand } from './shared/command'

/** How many classes the text shows per picture; `--json` has all. */
const shownClasses = 3

const told = (scores: readonly ClassScore[], count: number): string[] =>
  scores.slice(0, count).map((entry) => `${entry.class} ${percent(entry.probability)}`)

export const predict: CliCommand = (program, context) => {
  const { say, language } = context
  const zh = language === 'zh'
  program.command('predict')
    .description(say({
      en: 'Classify pictures with a saved model and show the probabilities, also those of the model it was made from',
      zh: '用已保存的模型预测图片类别及概率，并给出其源模型的回答'
    }))
    .argument('<ref>', say({ en: 'model:<id> or run:<id>', zh: 'model:<id> 或 run:<id>' }))
    .argument('<image...>', say({ en: 'Picture files; with --csv also folders of them', zh: '图片文件；与 --csv 一起使用时也可以是文件夹' }))
    .option('--grad-cam <folder>', say({
      en: 'Write each picture into this folder, with a heat map (Grad-CAM) of what spoke for its first class', zh: '将每张图片连同首选类别的热图（Grad-CAM）写入该文件夹'
    }))
    .option('--csv <file>', say({
      en: 'Write a table of all pictures, with class and confidence, the surest first; corrected, "graft datasets add" takes it as a data set',
      zh: '写出所有图片的表格，含类别与置信度，最有把握的在前；校正后可用“graft datasets add”作为数据集添加'
    }))
    .option('--least-sure-first', say({ en: 'With --csv: the least sure first', zh: '与 --csv 一起使用：最没有把握的在前' }))
    .addOption(deviceOption(context))
    .action(context.action(async (text: string, images: string[], flags: Flags) => {
      const ref = readModelRef(text, 'REF', 'model')
      if (isFresh(ref)) throw untrained(ref)
      const device = readDevice(flags.device ?? 'auto')
      await context.readyModels({ mentioned: ref })
      await context.library.models.get(ref)
      if (flags.csv !== undefined) return picturesToTable(context, ref, images, { ...flags, csv: flags.csv, device })
      if (flags.leastSureFirst) throw usageError('flag-needs-another', {
        en: '--least-sure-first is for the table of --csv.', zh: '--least-sure-first 用于 --csv 的表格。'
      }, { field: 'leastSureFirst' })
      await refuseFolders(images)
      const progress = context.progress()
      try {
        const engine = await context.engine()
        const { gradCam } = flags
        const outcome = await engine.predict(ref, images, { device, source: true, ...(gradCam !== undefined && { gradCam: true }) }, {
          signal: context.signal, onProgress: (done, total) => progress.images(done, total)
        })
        const maps = gradCam === undefined ? new Map<string, string>() : await writeMaps(gradCam, outcome.predictions, engine.writeHeatMap)
        progress.stop()
        const { predictions, source, notes } = outcome
        const broken = predictions.flatMap((found) => 'error' in found ? [found] : [])
        const allBroken = broken.length === predictions.length
        // The first of these errors is then given as the reason.
        for (const note of [...notes, ...(allBroken ? broken.slice(1) : broken).map(({ error }) => error.message)]) context.notice(note)
        const answered = predictions.flatMap((found) => 'error' in found ? [] : [found])
        const strangers = answered.some((found) => warnings(found).length > 0)
        const rows = predictions.flatMap((found) => 'error' in found ? [] : [[
          found.image,
          ...fill(told(found.classes, shownClasses), shownClasses),
          ...(strangers ? [warnings(found).map((warning) => warning[language]).join('; ')] : []),
          ...(source ? told(found.source ?? [], 1) : []),
          ...(maps.size > 0 ? [maps.get(found.image) ?? ''] : [])
        ]])
        const { calibration } = outcome
        if (calibration && answered.some((found) => found.noneOfThese)) context.notice(turnedAwayText(calibration))
        const unlike = calibration && answered.some((found) => found.unlike) && unlikeText(calibration)
        if (unlike) context.notice(unlike)
        return {
          document: {
            ...outcome, predictions: predictions.map((found) => ({ ...found, ...(maps.has(found.image) && { heatMap: maps.get(found.image) }) }))
          },
          text: allBroken ? '' : table([
            { title: zh ? '图片' : 'picture' }, { title: zh ? '最可能' : 'most likely' }, { title: zh ? '其次' : 'then' }, { title: '' },
            ...(strangers ? [{ title: zh ? '是否相似' : 'unlike what it knows' }] : []),
            ...(source ? [{ title: zh ? `源模型：${source.name}` : `source: ${source.name}` }] : []),
            ...(maps.size > 0 ? [{ title: zh ? '热图' : 'heat map' }] : [])
          ], rows),
          ...(allBroken && { exitCode: exitCodes.failed, reason: broken[0]!.error })
        }
      } finally {
        progress.stop()
      }
    }))
}

interface Flags { device?: string, gradCam?: string, csv?: string, leastSureFirst?: true }

const fill = (cells: readonly string[], length: number): string[] => [...cells, ...Array<string>(Math.max(0, length - cells.length)).fill('')]

/** Folders alone are many pictures, which a table is for; beside pictures they are told like any file that is none. */
async function refuseFolders(images: readonly string[]): Promise<void> {
  const stats = await Promise.all(images.map((path) => stat(path).catch(() => undefined)))
  if (!stats.every((found) => found?.isDirectory())) return
  throw usageError('image-is-folder', {
    en: `${images.join(', ')} is a folder.`, zh: `${images.join('、')} 是文件夹。`
  }, { field: 'image', remedy: { en: 'Add --csv FILE to write a table of all its pictures.', zh: '请加上 --csv FILE，写出其中所有图片的表格。' } })
}

/** Writes the heat maps. Gives the file of each by its picture. */
async function writeMaps(
  folder: string, predictions: readonly Prediction[], write: (image: string, saliency: Saliency, file: string) => Promise<void>
): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  const taken = new Set<string>()
  for (const found of predictions) {
    if ('error' in found || !found.saliency || files.has(found.image)) continue
    const name = basename(found.image, extname(found.image))
    let file = `${name}.png`
    for (let number = 2; taken.has(file.toLowerCase()); number++) file = `${name}-${number}.png`
    taken.add(file.toLowerCase())
    await write(found.image, found.saliency, join(folder, file))
    files.set(found.image, join(folder, file))
  }
  return files
}

/** Fresh weights know nothing, so their predictions and scores would mean nothing. */
export const untrained = (ref: string): Error => usageError('untrained-model', {
  en: `${ref} has fresh weights and has learned nothing yet.`, zh: `${ref} 的权重是全新的，尚未学到任何东西。`
}, { field: 'model', remedy: { en: 'Choose a run:<id> or model:<id>; "graft models list" shows them.', zh: '请选择 run:<id> 或 model:<id>；“graft models list”列出它们。' } })
