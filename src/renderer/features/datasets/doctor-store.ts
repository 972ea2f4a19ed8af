import { defineStore } from 'pinia'
import { effectScope } from 'vue'
import { useRouter } from 'vue-router'
import { everySplit, type Dataset } from '../../../contract/datasets'
import type { Examination, ExaminationWanted } from '../../../contract/examinations'
import { api } from '../../shared/api'
import { useOneLook } from '../../shared/one-look'
import { newCorrections, type Corrections } from './corrections'
import { keepDrafts, type KeepsDraft } from './keep-drafts'
import { newLabelSession, type LabelSession } from './label-session'
import { useMending, type Mending } from './mending'

interface Patient {
  look: ReturnType<typeof useOneLook<ExaminationWanted, Examination>>
  corrections: Corrections
  mending: Mending
  labelling: LabelSession
  draft: KeepsDraft
}

/** A data set by what it is made of: another that was added under the same id has other pictures at the same places. */
export const patientKey = ({ id, classes, splits }: Pick<Dataset, 'id' | 'classes' | 'splits'>): string =>
  JSON.stringify([id, classes, ...everySplit.map((name) => [splits[name]?.sha256.images, splits[name]?.sha256.labels])])

/** What the doctor found in each data set, the looks under way, what was decided, and which pictures are being labelled: leaving the page loses none of them. */
export const useDoctorStore = defineStore('data-doctor', () => {
  const router = useRouter()
  const patients = new Map<string, Patient>()
  function newPatient(dataset: Dataset): Patient {
    const corrections = newCorrections()
    const look = useOneLook((wanted: ExaminationWanted) => api.datasets.examine(wanted), (job) => api.datasets.examined(job))
    const labelling = newLabelSession(dataset, corrections)
    return { look, corrections, mending: useMending(corrections, router), labelling, draft: keepDrafts(dataset, corrections, labelling) }
  }
  return {
    patient(dataset: Dataset): Patient {
      const key = patientKey(dataset)
      const known = patients.get(key)
      if (known) return known
      const patient = effectScope(true).run(() => newPatient(dataset))!
      patients.set(key, patient)
      return patient
    }
  }
})
