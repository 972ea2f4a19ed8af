import { defineStore } from 'pinia'
import { effectScope } from 'vue'
import type { Examination, ExaminationWanted } from '../../../contract/examinations'
import { api } from '../../shared/api'
import { useOneLook } from '../../shared/one-look'
import { newCorrections, type Corrections } from './corrections'

interface Patient {
  look: ReturnType<typeof useOneLook<ExaminationWanted, Examination>>
  corrections: Corrections
}
const newPatient = (): Patient => ({
  look: useOneLook((wanted: ExaminationWanted) => api.datasets.examine(wanted), (job) => api.datasets.examined(job)), corrections: newCorrections()
})

/** What the doctor found in each data set, the looks under way, and what was decided: leaving the page loses none of them. */
export const useDoctorStore = defineStore('doctor', () => {
  const patients = new Map<string, Patient>()
  return {
    patient(id: string): Patient {
      const known = patients.get(id)
      if (known) return known
      const patient = effectScope(true).run(newPatient)!
      patients.set(id, patient)
      return patient
    }
  }
})
