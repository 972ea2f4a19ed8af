import { SingleBar } from 'cli-progress'
import type { AdvicePhase, RaceProgress } from '../../contract/advice'
import type { ExaminationPhase } from '../../contract/examinations'
import { adviceWords } from '../../contract/jobs/advise'
import { raceWords } from '../../contract/jobs/race'
import { examinationWords } from '../../contract/jobs/examine'
import { labelNextWords } from '../../contract/jobs/label-next'
import { ratesWords } from '../../contract/jobs/try-rates'
import { similarityWords } from '../../contract/jobs/similarity'
import { xrayWords } from '../../contract/jobs/xray'
import type { LabelNextPhase } from '../../contract/labelling'
import type { SimilarityPhase } from '../../contract/similarity'
import type { XrayPhase } from '../../contract/xray'
import type { ImportProgress } from '../../contract/datasets'
import type { DownloadProgress } from '../../contract/downloads'
import type { RatesPhase } from '../../contract/rates'
import type { Metric, RunPhase, RunProgress } from '../../contract/runs'
import type { Language, Text } from '../../contract/text'
import { displayWidth } from '../../rules/format/columns'
import { bytes, count, duration, figure, percent } from '../../rules/format/figures'
import { terminalSafe } from './terminal-safe'

/** Where progress and messages go; stderr in a real process. */
export interface Terminal {
  isTTY: boolean
  columns: number
  write(text: string): void
  /** The stream behind it, for the progress bar; absent in tests. */
  stream?: NodeJS.WritableStream
}

const phases: Record<RunPhase, Text> = {
  starting: { en: 'starting', zh: '启动中' },
  loading: { en: 'loading', zh: '加载中' },
  features: { en: 'computing features', zh: '计算特征' },
  training: { en: 'training', zh: '训练中' },
  validating: { en: 'validating', zh: '验证中' },
  testing: { en: 'testing', zh: '测试中' },
  saving: { en: 'saving', zh: '保存中' }
}

const importPhases: Record<ImportProgress['phase'], Text> = {
  looking: { en: 'looking', zh: '查看中' },
  unpacking: { en: 'unpacking', zh: '解压中' },
  reading: { en: 'reading', zh: '读取中' },
  finishing: { en: 'finishing', zh: '收尾中' }
}

/** Without a terminal: milliseconds between two lines, and before the first, for quick work needs no line. */
const lineInterval = 5_000
const quietAtFirst = 1_500

/**
 * The progress of one piece of work. On a terminal it is a bar that redraws itself; in a log or a pipe, a line now and then.
 */
export class Progress {
  private bar: SingleBar | undefined
  private lastLine = performance.now() - lineInterval + quietAtFirst
  private lastEpoch: string | undefined

  constructor(private readonly terminal: Terminal, private readonly language: Language) {}

  /** Where a training stands. */
  run(progress: RunProgress): void {
    const { step, steps, epoch, epochs, stages, stage, stageName, imagesPerSecond, secondsLeft } = progress
    const words = this.language === 'zh' ? { epoch: (at: string) => `第 ${at} 轮`, images: '张/秒' }
      : { epoch: (at: string) => `epoch ${at}`, images: 'images/s' }
    const parts = [
      stages > 1 ? `${stage + 1}/${stages} ${stageName?.[this.language] ?? ''}`.trim() : undefined,
      phases[progress.phase][this.language],
      epochs > 0 ? words.epoch(`${Math.min(epoch + 1, epochs)}/${epochs}`) : undefined,
      // The least important comes last: a narrow terminal cuts it off.
      this.left(secondsLeft),
      this.lastEpoch,
      imagesPerSecond === undefined ? undefined : `${count(imagesPerSecond)} ${words.images}`
    ]
    this.show(step, steps, parts)
  }

  /** Where several trainings stand that run at once, and how many there are in all. */
  trainings(underway: readonly { name: string, progress: RunProgress }[], { ended, all }: { ended: number, all: number }): void {
    const done = underway.reduce((sum, { progress: { step, steps } }) => sum + (steps > 0 ? Math.min(1, step / steps) : 0), ended)
    const texts = underway.map(({ name, progress: { epoch, epochs, secondsLeft } }) => [
      `${name}: ${Math.min(epoch + 1, epochs)}/${epochs}`, this.left(secondsLeft)
    ].filter(Boolean).join(', '))
    // In hundredths, so that the bar also moves within a training.
    this.show(Math.floor(done * 100), all * 100, [`${ended}/${all}`, ...texts])
  }

  /** Where an import stands. */
  import(progress: ImportProgress): void {
    const words = this.language === 'zh' ? { images: '张图像', rate: '张/秒', skipped: '已跳过' }
      : { images: 'images', rate: 'images/s', skipped: 'skipped' }
    const { done, total, skipped, imagesPerSecond, secondsLeft } = progress
    this.show(done, total ?? 0, [
      importPhases[progress.phase][this.language],
      `${count(done)}${total === undefined ? '' : `/${count(total)}`} ${words.images}`,
      skipped > 0 ? `${words.skipped} ${count(skipped)}` : undefined,
      imagesPerSecond === undefined ? undefined : `${count(imagesPerSecond)} ${words.rate}`,
      this.left(secondsLeft)
    ])
  }

  /** Where a download stands. */
  download(progress: DownloadProgress): void {
    const zh = this.language === 'zh'
    const { file, fileNumber, files, done, total, bytesPerSecond, secondsLeft, waiting } = progress
    const seconds = waiting && duration(waiting.seconds, this.language)
    this.show(done, total ?? 0, [
      zh ? '下载中' : 'downloading',
      `${bytes(done)}${total === undefined ? '' : `/${bytes(total)}`}`,
      waiting && (zh ? `${waiting.reason.zh}，${seconds} 后第 ${waiting.attempt} 次尝试` : `${waiting.reason.en}; try ${waiting.attempt} in ${seconds}`),
      this.left(secondsLeft),
      bytesPerSecond === undefined ? undefined : `${bytes(bytesPerSecond)}/s`,
      files > 1 ? `${fileNumber}/${files} ${file}` : file
    ])
  }

  /** A model file being read or saved. */
  model({ phase, done, total }: { phase: 'reading' | 'saving', done: number, total: number }): void {
    this.show(done, total, [importPhases[phase === 'reading' ? 'reading' : 'finishing'][this.language]])
  }

  /** Images done out of all, for evaluating. */
  images(done: number, total: number, secondsLeft?: number): void {
    this.show(done, total, [`${count(done)}/${count(total)} ${this.language === 'zh' ? '张图像' : 'images'}`, this.left(secondsLeft)])
  }

  /** Where advice stands. */
  advice(phase: AdvicePhase, done: number, total: number): void {
    this.show(done, total, [adviceWords[phase][this.language]])
  }

  /** Where a race stands. */
  race({ phase = 'starting', done, total = 1, secondsLeft, round, rounds, method }: RaceProgress): void {
    this.show(done, total, [raceWords[phase][this.language], round === undefined ? undefined : `${round}/${rounds ?? round}`, method?.[this.language], this.left(secondsLeft)])
  }

  /** Where a try of learning rates stands. */
  rates(phase: RatesPhase, done: number, total: number, secondsLeft?: number): void {
    this.show(done, total, [ratesWords[phase][this.language], total > 1 ? `${count(done)}/${count(total)}` : undefined, this.left(secondsLeft)])
  }

  /** Where the data doctor stands. */
  examination(phase: ExaminationPhase, done: number, total: number, secondsLeft?: number): void {
    this.show(done, total, [examinationWords[phase][this.language], total > 1 ? `${count(done)}/${count(total)}` : undefined, this.left(secondsLeft)])
  }

  /** Where the choice of pictures to label stands. */
  labelNext(phase: LabelNextPhase, done: number, total: number, secondsLeft?: number): void {
    this.show(done, total, [labelNextWords[phase][this.language], phase === 'features' ? `${count(done)}/${count(total)}` : undefined, this.left(secondsLeft)])
  }

  /** Where an X-ray stands. */
  xray(phase: XrayPhase, done: number, total: number): void {
    this.show(done, total, [xrayWords[phase][this.language]])
  }

  /** Where a comparison of layers stands. */
  similarity(phase: SimilarityPhase, done: number, total: number): void {
    this.show(done, total, [similarityWords[phase][this.language], total > 1 ? `${count(done)}/${count(total)}` : undefined])
  }

  /** The series of a run as it grows. The figures of the last epoch go beside the bar, and its log gets lines. */
  metrics(lines: readonly Metric[]): void {
    const zh = this.language === 'zh'
    for (const line of lines) {
      if (line.kind === 'log') this.line(line.text[this.language])
      if (line.kind !== 'epoch') continue
      this.lastEpoch = [
        `${zh ? '损失' : 'loss'} ${figure(line.train.loss)}`,
        ...(line.validation ? [`${zh ? '验证' : 'validation'} ${percent(line.validation.accuracy)}`] : [])
      ].join(' · ')
    }
  }

  /** A message between two states of the bar. */
  line(text: string): void {
    const safe = terminalSafe(text)
    this.terminal.write(this.bar ? `\r\u001b[K${safe}\n` : `${safe}\n`)
  }

  /** Removes the bar, so that the next text begins at the start of a line. */
  stop(): void {
    this.bar?.stop()
    this.bar = undefined
  }

  private left(seconds: number | undefined): string | undefined {
    if (seconds === undefined) return undefined
    const text = duration(seconds, this.language)
    return this.language === 'zh' ? `剩余 ${text}` : `${text} left`
  }

  private show(done: number, total: number, parts: readonly (string | undefined)[]): void {
    const text = terminalSafe(parts.filter(Boolean).join(' · '))
    if (this.terminal.isTTY && this.terminal.stream) this.draw(done, total, text)
    else if (this.isDue()) this.line(text)
  }

  private isDue(): boolean {
    const now = performance.now()
    if (now - this.lastLine < lineInterval) return false
    this.lastLine = now
    return true
  }

  private draw(done: number, total: number, text: string): void {
    const size = Math.max(1, total)
    const barsize = Math.max(4, Math.min(24, this.terminal.columns - 90))
    const shown = { text: cut(text, this.terminal.columns - barsize - ' 100 % '.length - 1) }
    if (!this.bar) {
      this.bar = new SingleBar({
        format: '{bar} {percentage} % {text}', stream: this.terminal.stream, barsize,
        barCompleteChar: '█', barIncompleteChar: '░', clearOnComplete: true, hideCursor: null, fps: 8,
        // The settings of the terminal stay as they are, for a killed process could not restore them.
        linewrap: null,
        // Ctrl-C is for the command, which cancels and keeps the run.
        gracefulExit: false
      })
      this.bar.start(size, Math.min(done, size), shown)
      return
    }
    this.bar.setTotal(size)
    this.bar.update(Math.min(done, size), shown)
  }
}

/** The part of a text that fits into so many columns. */
function cut(text: string, columns: number): string {
  let shown = ''
  for (const character of text) {
    if (displayWidth(shown + character) > columns) break
    shown += character
  }
  return shown
}
