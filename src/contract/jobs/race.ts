import { raceProgressSchema, raceSchema, raceWantedSchema, type RaceProgress } from '../advice'
import type { Text } from '../text'
import { adviceWords } from './advise'
import { defineJob } from './define'
import { tryAgain } from './shared'

export const raceWords: Readonly<Record<NonNullable<RaceProgress['phase']>, Text>> = { ...adviceWords, racing: { en: 'Racing', zh: '竞赛中' } }

/** Trains the best candidates for a transfer a little, the better half of them longer, and so on, within the time that is given. */
export const race = defineJob({
  kind: 'race',
  input: raceWantedSchema,
  result: raceSchema,
  progress: raceProgressSchema,
  lane: 'training',
  place: 'transfer',
  computes: true,
  brings: ({ winner }) => winner ? { runId: winner.run } : {},
  words: {
    running: { en: 'Race', zh: '竞赛' },
    phases: raceWords,
    process: { en: 'The race’s process', zh: '竞赛进程' },
    afterLoss: tryAgain,
    done: (title, { winner, entrants }) => winner
      ? { en: `The race for “${title}” is over: ${entrants[0]!.title.en} won.`, zh: `“${title}”的竞赛已结束：${entrants[0]!.title.zh} 胜出。` }
      : { en: `The race for “${title}” is over: no run could be judged.`, zh: `“${title}”的竞赛已结束：没有可评判的运行。` },
    failed: (title) => ({ en: `The race for “${title}” failed.`, zh: `“${title}”的竞赛失败。` })
  }
})
