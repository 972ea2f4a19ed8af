import { defineStore } from 'pinia'
import { effectScope, reactive } from 'vue'
import type { TriedRates, RatesWanted } from '../../../contract/rates'
import { api } from '../../shared/api'
import { useOneLook } from '../../shared/one-look'

/** Range tests by what they are of: leaving the screen, or looking at another transfer, loses none of them. */
export const useRatesStore = defineStore('rates', () => {
  const looks = new Map<string, ReturnType<typeof newLook>>()
  function newLook() {
    return reactive(useOneLook((wanted: RatesWanted) => api.advice.rates(wanted), (job) => api.advice.triedRates(job)))
  }
  return {
    lookAt(key: string): ReturnType<typeof newLook> & { found: TriedRates | null } {
      const known = looks.get(key)
      if (known) return known
      const look = effectScope(true).run(newLook)!
      looks.set(key, look)
      return look
    }
  }
})
