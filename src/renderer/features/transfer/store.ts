import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { MethodSummary } from '../../../contract/methods'
import type { Run } from '../../../contract/runs'
import { advisedRate } from '../../../rules/settings/rescue'
import { changed, type changeIn } from './address'
import { choicesOf, noChoices, type Choices } from './choices'
import { noStudy } from './study-choices'

/** What was chosen for the next transfer; it stays while other screens are looked at. */
export const useTransferStore = defineStore('transfer', () => {
  const choices = ref<Choices>(noChoices())
  /** Control runs, repetitions and variations that the next start takes along. */
  const study = ref(noStudy())
  /** Whether what is varied is on screen. */
  const varying = ref(false)
  /** The setting that somebody looks for, until it has the keyboard. */
  const sought = ref<string | null>(null)
  /** Grows when everything is chosen anew, so that no field keeps what was typed for the transfer before. */
  const version = ref(0)

  function choose(change: Partial<Choices>): void {
    choices.value = { ...choices.value, ...change }
  }
  /** Another method has other parameters; what was set for the training stays. */
  function chooseMethod(id: string): void {
    choose({ method: id, params: {} })
  }
  function setValue(group: 'params' | 'training', name: string, value: Choices['params'][string]): void {
    choose({ [group]: { ...choices.value[group], [name]: value } })
  }
  function resetValue(group: 'params' | 'training', name: string): void {
    const { [name]: _removed, ...rest } = choices.value[group]
    choose({ [group]: rest })
  }
  /** Opens what a setting lies behind; the screen leads to it. */
  function seek(name: string): void {
    sought.value = name
    if (name.startsWith('study.')) varying.value = true
  }
  function startAnew(change: Partial<Choices> = {}): void {
    choices.value = { ...noChoices(), ...change }
    study.value = noStudy()
    version.value += 1
  }
  /** The transfer of a run again, with a change; where its training went wrong, with the rate that held or that is advised. */
  function repeat(run: Run, method: MethodSummary | undefined, change: ReturnType<typeof changeIn> = {}): void {
    startAnew(changed(choicesOf(run.spec, method, advisedRate(run)), run.spec, change))
    if (change.twins === true) study.value = { ...noStudy(), twins: true }
  }
  return { choices, study, varying, sought, version, choose, chooseMethod, setValue, resetValue, seek, startAnew, repeat }
})
