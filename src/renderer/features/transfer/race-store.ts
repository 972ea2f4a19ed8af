import { defineStore } from 'pinia'
import { effectScope, reactive, ref, watch } from 'vue'
import type { AdviceWanted, Race, RaceWanted } from '../../../contract/advice'
import { api } from '../../shared/api'
import { useOneLook } from '../../shared/one-look'
import { useRunsStore } from '../../shared/stores'

/** Races by the transfer that they are for: leaving the screen, or looking at another transfer, loses none of them. */
export const useRaceStore = defineStore('races', () => {
  const runs = useRunsStore()
  const minutes = ref(5)
  const races = new Map<string, ReturnType<typeof newRace>>()
  function newRace(asked: AdviceWanted) {
    const look = reactive(useOneLook((wanted: RaceWanted) => api.advice.race(wanted), (job) => api.advice.raced(job)))
    // How one ended before the window was opened: without it the panel offers a race.
    void api.advice.standingRace(asked).then((before) => { if (!look.looking) look.found ??= before }, () => undefined)
    // Its runs are not told one by one: they were created by the race's own process.
    watch(() => look.looking, (now) => { if (!now) void runs.reload() })
    return look
  }
  return {
    minutes,
    raceFor(key: string, asked: AdviceWanted): ReturnType<typeof newRace> & { found: Race | null } {
      const known = races.get(key)
      if (known) return known
      const race = effectScope(true).run(() => newRace(asked))!
      races.set(key, race)
      return race
    }
  }
})
