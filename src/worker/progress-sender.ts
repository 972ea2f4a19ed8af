import type { JobKind, NewsOf, ProgressOf } from '../contract/jobs'

/** Messages per second at most, whatever the step rate. */
const flushMilliseconds = 100

/** Joins progress and news that come faster than they may be sent. */
export class ProgressSender<Kind extends JobKind> {
  private progress: ProgressOf<Kind> | undefined
  private news: NewsOf<Kind>[] = []
  private timer: NodeJS.Timeout | undefined

  constructor(private readonly send: (told: { progress?: ProgressOf<Kind>, news?: NewsOf<Kind>[] }) => void) {}

  addProgress(progress: ProgressOf<Kind>): void {
    this.progress = progress
    this.wait()
  }

  addNews(news: readonly NewsOf<Kind>[]): void {
    for (const one of news) this.news.push(one)
    this.wait()
  }

  /** Sends at once what is waiting. */
  flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const { progress, news } = this
    this.progress = undefined
    this.news = []
    if (progress === undefined && news.length === 0) return
    this.send({ ...(progress !== undefined && { progress }), ...(news.length > 0 && { news }) })
  }

  private wait(): void {
    this.timer ??= setTimeout(() => this.flush(), flushMilliseconds)
  }
}
