import { armSettings } from '../../../contract/arm-settings'
import type { ArmScore, StudyReport } from '../../../contract/studies'
import { placeOf } from '../../../rules/studies/depths'
import { depthWords } from '../../../rules/studies/names'
import { formatNumber } from '../format'
import { useLanguage, useText } from '../i18n'
import { useMethodsStore, useModelsStore, useRunsStore } from '../stores'

type Arm = Pick<StudyReport['arms'][number], 'method' | 'settings'> & { score: Pick<ArmScore, 'runs'> }

/** What the arms of a study are called, with the network's blocks by the names that the window has for them. */
export function useArmWords() {
  const text = useText()
  const language = useLanguage()
  const methods = useMethodsStore()
  const runs = useRunsStore()
  const models = useModelsStore()
  void methods.load()
  void models.load()

  const specOf = ({ score: { runs: [id = ''] } }: Pick<Arm, 'score'>) => runs.byId.get(id)?.spec
  const titleOf = (id: string): string => {
    const method = methods.byId.get(id)
    return method ? text(method.title) : id
  }
  function blockName(arm: Pick<Arm, 'score'>, block: string): string {
    const spec = specOf(arm)
    return spec ? models.blockName(spec.source.model, block) : block
  }
  /** What sets it apart from the other arms; empty for the only one. */
  const settingsOf = (arm: Arm): string => armSettings(arm.settings, methods.byId.get(arm.method), language.value, {
    numberText: (value) => formatNumber(value), blockName: (block) => blockName(arm, block)
  })
  return {
    blockName, settingsOf,
    /** Its method and what sets it apart, each once; of a depth-of-transfer curve, its place on it. */
    nameOf(arm: Arm, onDepths = false): string {
      const spec = onDepths ? specOf(arm) : undefined
      const place = spec && placeOf(spec)
      if (place && place.moved.length > 0) return depthWords(place, language.value).join(language.value === 'zh' ? '，' : ', ')
      const { 'method.id': _, ...settings } = arm.settings
      return [titleOf(arm.method), settingsOf({ ...arm, settings })].filter(Boolean).join(' · ')
    }
  }
}
