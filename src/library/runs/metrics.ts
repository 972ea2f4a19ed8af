import * as fs from 'node:fs/promises'
import { systemCode } from '../../contract/errors'
import { metricSchema, type Metric } from '../../contract/runs'
import { crc32 } from '../disk/checksums'
import { namingFile } from '../disk/files'

/** So many lines are parsed before other work gets its turn: some milliseconds. */
const linesInTurn = 2_000

/** `metrics.jsonl` of one run: one JSON object a line, each with a checksum, append only. */
export class MetricsFile {
  /** Work on the file so far; appends follow one another. */
  private last: Promise<unknown> = Promise.resolve()
  private tailChecked = false

  constructor(private readonly path: string) {}

  async append(metrics: readonly Metric[]): Promise<void> {
    if (metrics.length === 0) return
    const lines = metrics.map((metric) => lineOf(metric) + '\n').join('')
    const work = async (): Promise<void> => {
      try {
        if (!this.tailChecked) await this.cutTornLine()
        this.tailChecked = true
        const whole = await fs.stat(this.path).then(({ size }) => size, () => 0)
        await fs.appendFile(this.path, lines).catch(async (error: unknown) => {
          // On a full disk a part of it may be there, and all of it comes once more.
          await fs.truncate(this.path, whole).catch(() => undefined)
          throw error
        })
      } catch (error) {
        // A write that failed half-way may itself have torn a line.
        this.tailChecked = false
        throw namingFile(error, this.path)
      }
    }
    const result = this.last.then(work, work)
    this.last = result.catch(() => undefined)
    await result
  }

  /** Flushes what was appended, so that a power cut leaves it. */
  async settle(): Promise<void> {
    await this.last
    try {
      const handle = await fs.open(this.path, 'a')
      try {
        await handle.datasync()
      } finally {
        await handle.close()
      }
    } catch (error) {
      throw namingFile(error, this.path)
    }
  }

  /** The series, without void lines. @param epochsOnly leaves out the many lines of single steps, unparsed */
  async read(epochsOnly = false): Promise<Metric[]> {
    await this.last
    let text: string
    try {
      text = await fs.readFile(this.path, 'utf8')
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return []
      throw namingFile(error, this.path)
    }
    const lines = epochsOnly ? linesOf(text).filter((line) => !line.startsWith('{"kind":"step"')) : linesOf(text)
    const metrics: Metric[] = []
    for (let from = 0; from < lines.length; from += linesInTurn) {
      addMetrics(metrics, lines.slice(from, from + linesInTurn), from)
      // A long series would hold up the process that serves the window.
      await new Promise((resolve) => setImmediate(resolve))
    }
    return withoutVoidLines(metrics)
  }

  private async cutTornLine(): Promise<void> {
    const content = await fs.readFile(this.path).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return Buffer.alloc(0)
      throw error
    })
    const whole = content.lastIndexOf(0x0a) + 1
    if (whole < content.length) await fs.truncate(this.path, whole)
  }
}

const linesOf = (text: string): string[] => text.slice(0, text.lastIndexOf('\n') + 1).split('\n')

/**
 * Adds the lines of a series. What follows the last line break was torn by a crash and is dropped; a damaged line before
 * it becomes a warning in its place, so that the rest can be read.
 */
function addMetrics(metrics: Metric[], lines: readonly string[], from: number): void {
  lines.forEach((line, index) => {
    if (line === '') return
    const parsed = parseLine(line)
    metrics.push(parsed ?? {
      kind: 'log', level: 'warning', seconds: metrics.at(-1)?.seconds ?? 0,
      text: {
        en: `Line ${from + index + 1} of metrics.jsonl is damaged and left out.`,
        zh: `metrics.jsonl 第 ${from + index + 1} 行已损坏，已略过。`
      }
    })
  })
}

const crcOf = (text: string): string => crc32(Buffer.from(text)).toString(16).padStart(8, '0')

/** A line ends with a checksum of what stands before it: a changed digit would be a plausible point of a curve. */
function lineOf(metric: Metric): string {
  const text = JSON.stringify(metric)
  return `${text.slice(0, -1)},"crc":"${crcOf(text)}"}`
}

/** The line's metric; undefined where it is damaged. Lines of earlier versions have no checksum. */
function parseLine(line: string): Metric | undefined {
  try {
    const content: unknown = JSON.parse(line)
    const end = /,"crc":"([0-9a-f]{8})"\}$/.exec(line)
    if (end ? crcOf(`${line.slice(0, end.index)}}`) !== end[1] : typeof content === 'object' && content !== null && 'crc' in content) return undefined
    return metricSchema.safeParse(content).data
  } catch {
    return undefined
  }
}

/** Leaves out what lies past the step from which a run went on; what was logged stays, for it did happen. A stage that begins anew judges its start anew. */
function withoutVoidLines(metrics: readonly Metric[]): Metric[] {
  let kept: Metric[] = []
  for (const metric of metrics) {
    if (metric.kind === 'resumed') {
      kept = kept.filter((earlier) => earlier.kind === 'log' || earlier.stage < metric.stage ||
        (earlier.stage === metric.stage && (earlier.step < metric.step || (earlier.step === metric.step && earlier.kind !== 'start'))))
    }
    kept.push(metric)
  }
  return kept
}
