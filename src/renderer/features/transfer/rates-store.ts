import { defineStore } from 'pinia'
import { effectScope, reactive, type EffectScope } from 'vue'
import type { TriedRates, RatesWanted } from '../../../contract/rates'
import { api } from '../../shared/api'
import { useOneLook } from '../../shared/one-look'

/**
 * Range tests by what they are of: leaving the screen, or looking at another transfer, loses none of them. Of transfers of which
 * none was ever begun, such as each that somebody passes through while typing, only the last is held.
 */
export const useRatesStore = defineStore('rates', () => {
  const looks = new Map<string, ReturnType<typeof newLook>>()
  let idle: { key: string, scope: EffectScope } | undefined
  function newLook(key: string) {
    return reactive(useOneLook((wanted: RatesWanted) => {
      if (idle?.key === key) idle = undefined
      return api.advice.rates(wanted)
    }, (job) => api.advice.triedRates(job)))
  }
  return {
    lookAt(key: string): ReturnType<typeof newLook> & { found: TriedRates | null } {
      const known = looks.get(key)
      if (known) return known
      if (idle) {
        idle.scope.stop()
        looks.delete(idle.key)
      }
      const scope = effectScope(true)
      idle = { key, scope }
      const look = scope.run(() => newLook(key))!
      looks.set(key, look)
      return look
    }
  }
})
