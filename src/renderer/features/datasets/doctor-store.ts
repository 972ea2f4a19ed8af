import { defineStore } from 'pinia'
import { effectScope } from 'vue'
import type { Examination, ExaminationWanted } from '../../../contract/examinations'
import { api } from '../../shared/api'
import { useOneLook } from '../../shared/one-look'

const newLook = (): ReturnType<typeof useOneLook<ExaminationWanted, Examination>> =>
  useOneLook((wanted: ExaminationWanted) => api.datasets.examine(wanted), (job) => api.datasets.examined(job))

/** What the doctor found in each data set, and the looks under way: leaving the page loses neither. */
export const useDoctorStore = defineStore('doctor', () => {
  const looks = new Map<string, ReturnType<typeof newLook>>()
  return {
    lookAt(id: string): ReturnType<typeof newLook> {
      const known = looks.get(id)
      if (known) return known
      const look = effectScope(true).run(newLook)!
      looks.set(id, look)
      return look
    }
  }
})
